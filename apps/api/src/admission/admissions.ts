import { hash } from 'node:crypto';
import { AppError, RedisAwayError, type Clock, type GuardedRedis } from '@calkeep/platform';
import { LRUCache } from 'lru-cache';
import { isInRanges } from '../http/caller-address.js';
import { invalidToken } from '../http/bearer.js';
import type { Admission, Caller, Limited } from '../http/credential-resolver.js';
import { LocalGate } from './local-gate.js';
import { leaseLifetimeMs } from './admit-script.js';
import { entryLifetimeMs, RedisGate } from './redis-gate.js';
import type { Asking, ReadStanding, TokenAddress, TokenStanding, Verdict } from './token-standing.js';

const forgetTimeoutMs = 1_000;
/** Callers whose fingerprints are kept rather than reckoned for each request. */
const callersKnownMax = 1_000;

/** A moment beyond the longest time that an answer from before a revocation can be believed anywhere. */
const forgottenByItselfAfterMs = leaseLifetimeMs + entryLifetimeMs + 250;

export interface AdmissionsOptions {
  /** `null`: one process without Redis. */
  redis: GuardedRedis | null;
  readStanding: ReadStanding;
  clock: Clock;
  usage: UsageSampling;
  wait?: (ms: number) => Promise<void>;
}

export interface UsageSampling {
  readonly windowMs: number;
  /** Of the uses that need not be recorded, the share that is: 0 to 1. */
  readonly rate: number;
  /** Told of each use that is recorded. Must neither fail nor wait. */
  readonly record: (address: TokenAddress, caller: Caller, uses: number) => void;
}

/**
 * Decides which requests of a token go on. In Redis while it answers; while it does not, with the
 * database and buckets of this process, so that Redis being away is never a caller's error.
 */
export class Admissions {
  readonly #redisGate: RedisGate | null;
  readonly #localGate: LocalGate;
  readonly #usage: UsageSampling;
  readonly #wait: (ms: number) => Promise<void>;
  readonly #fingerprints = new LRUCache<string, string>({ max: callersKnownMax });
  /** Decisions by where they were made, for the metrics. */
  readonly decided = { redis: 0, local: 0 };

  constructor({ redis, readStanding, clock, usage, wait = defaultWait }: AdmissionsOptions) {
    const usageWindowMs = usage.windowMs;
    this.#redisGate = redis ? new RedisGate({ redis, readStanding, usageWindowMs }) : null;
    this.#localGate = new LocalGate({ readStanding, clock, usageWindowMs });
    this.#usage = usage;
    this.#wait = wait;
  }

  /** @throws AppError `invalid_token`, `plan_not_eligible`, `ip_not_allowed`. */
  async admit(address: TokenAddress, caller: Caller): Promise<Admission | Limited> {
    const verdict = await this.#decide(address, {
      isListed: ({ allowlists }) => allowlists.every((ranges) => isInRanges(caller.address, ranges)),
      fingerprint: this.#fingerprintOf(`${caller.address} ${caller.userAgent ?? ''}`),
      isSampled: Math.random() < this.#usage.rate,
    });
    if (verdict.kind === 'admitted' && verdict.usesToRecord > 0)
      this.#usage.record(address, caller, verdict.usesToRecord);
    return toAnswer(verdict);
  }

  /**
   * Must be called after the commit of whatever makes a token worth less, and before that is answered. When
   * it resolves, no process believes the token any more: the caches were told, or, if Redis could not be
   * told, every belief has expired.
   */
  async forget(address: TokenAddress): Promise<void> {
    await this.forgetAll([address]);
  }

  /** The same of several tokens of one workspace, in one round trip. */
  async forgetAll(addresses: readonly TokenAddress[]): Promise<void> {
    if (!this.#redisGate || addresses.length === 0) return;
    try {
      await this.#redisGate.forget(addresses, forgetTimeoutMs);
    } catch (error) {
      if (!(error instanceof RedisAwayError)) throw error;
      // Away for us may be there for others.
      await this.#wait(forgottenByItselfAfterMs);
    }
  }

  /** Not a checksum: a caller chooses its user agent, and must not be able to pass for one that was seen. */
  #fingerprintOf(text: string): string {
    const known = this.#fingerprints.get(text);
    if (known !== undefined) return known;
    const fingerprint = hash('sha256', text, 'base64url').slice(0, 16);
    this.#fingerprints.set(text, fingerprint);
    return fingerprint;
  }

  async #decide(address: TokenAddress, asking: Asking): Promise<Verdict> {
    if (this.#redisGate) {
      try {
        const verdict = await this.#redisGate.decide(address, asking);
        this.decided.redis++;
        return verdict;
      } catch (error) {
        if (!(error instanceof RedisAwayError)) throw error;
      }
    }
    this.decided.local++;
    return this.#localGate.decide(address, asking);
  }
}

function toAnswer(verdict: Verdict): Admission | Limited {
  const { principal, gate } = verdict.standing;
  if (verdict.kind === 'refused' || !principal) throw refusal(gate);
  const token = { quota: principal.limits.token, ...verdict.tokenLeft };
  const workspace = { quota: principal.limits.workspace, ...verdict.workspaceLeft };
  const admission = { principal, token, workspace };
  if (verdict.by === null) return admission;
  return { ...admission, limited: { by: verdict.by, retryAfterSeconds: verdict.retryAfterSeconds } };
}

function refusal(gate: TokenStanding['gate']): AppError {
  if (gate === 'plan') return new AppError('plan_not_eligible');
  return gate === 'allowlist' ? new AppError('ip_not_allowed') : invalidToken();
}

function defaultWait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
