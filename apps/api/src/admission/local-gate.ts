import type { Clock } from '@calkeep/platform';
import { LRUCache } from 'lru-cache';
import type { Quota } from '../http/principal.js';
import { type BucketContents, refill, remaining, secondsUntil, secondsUntilFull, take } from '../http/token-bucket.js';
import { LocalSampler } from './local-sampler.js';
import type {
  AdmissionGate,
  Asking,
  BucketLeft,
  ReadStanding,
  TokenAddress,
  TokenStanding,
  Verdict,
} from './token-standing.js';

const bucketsMax = 100_000;

/**
 * Decides without Redis: the standing is read from the database for each request (nothing positive is ever
 * kept in a process), the buckets are this process' own. The same sizes and arithmetic as in Redis; over
 * several processes each has its own count.
 */
export class LocalGate implements AdmissionGate {
  readonly #buckets = new LRUCache<string, BucketContents>({ max: bucketsMax });
  readonly #readStanding: ReadStanding;
  readonly #clock: Clock;
  readonly #sampler: LocalSampler;

  constructor({
    readStanding,
    clock,
    usageWindowMs,
  }: {
    readStanding: ReadStanding;
    clock: Clock;
    usageWindowMs: number;
  }) {
    this.#readStanding = readStanding;
    this.#clock = clock;
    this.#sampler = new LocalSampler(clock, usageWindowMs);
  }

  async decide(address: TokenAddress, asking: Asking): Promise<Verdict> {
    const standing = await this.#readStanding(address);
    const isOpen = standing.gate === 'open' || (standing.gate === 'allowlist' && asking.isListed(standing));
    if (!isOpen || !standing.principal) return { kind: 'refused', standing };
    const verdict = this.#charge(address, standing, standing.principal.limits);
    return verdict.by === null
      ? { ...verdict, usesToRecord: this.#sampler.usesToRecord(address.tokenId, asking) }
      : verdict;
  }

  #charge({ workspaceId, tokenId }: TokenAddress, standing: TokenStanding, limits: { token: Quota; workspace: Quota }) {
    const now = this.#clock.now();
    const tokenKey = `${workspaceId}:${tokenId}`;
    const token = refill(this.#buckets.get(tokenKey), limits.token, now);
    const workspace = refill(this.#buckets.get(workspaceId), limits.workspace, now);
    const waits = {
      token: waitSeconds(token, limits.token, now),
      workspace: waitSeconds(workspace, limits.workspace, now),
    };
    const isAdmitted = waits.token === 0 && waits.workspace === 0;
    if (isAdmitted) {
      take(token, limits.token);
      take(workspace, limits.workspace);
      this.#buckets.set(tokenKey, token);
      this.#buckets.set(workspaceId, workspace);
    }
    return {
      kind: isAdmitted ? ('admitted' as const) : ('limited' as const),
      standing,
      by: isAdmitted ? null : waits.token > 0 ? ('token' as const) : ('workspace' as const),
      usesToRecord: 0,
      retryAfterSeconds: Math.max(waits.token, waits.workspace),
      tokenLeft: left(token, limits.token, now),
      workspaceLeft: left(workspace, limits.workspace, now),
    };
  }
}

/** 0 when the bucket has a request left. */
function waitSeconds(bucket: BucketContents, quota: Quota, now: number): number {
  return bucket.units >= quota.windowSeconds ? 0 : secondsUntil(bucket, quota, { requests: 1, now });
}

function left(bucket: BucketContents, quota: Quota, now: number): BucketLeft {
  return { remaining: remaining(bucket, quota), resetSeconds: secondsUntilFull(bucket, quota, now) };
}
