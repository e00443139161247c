import { randomBytes } from 'node:crypto';
import { unavailable, type GuardedRedis } from '@calkeep/platform';
import type { Redis } from 'ioredis';
import { admitScript } from './admit-script.js';
import type { AdmissionGate, Gate, ReadStanding, TokenAddress, TokenStanding, Verdict } from './token-standing.js';

/** How long an entry may be believed without asking the database. A revocation deletes it at once. */
export const entryLifetimeMs = 5_000;
/** How long a fill may take. */
export const leaseLifetimeMs = 2_000;

type Reply = [status: string, json?: string, tLeft?: number, tReset?: number, wLeft?: number, wReset?: number, retry?: number];

interface RedisWithAdmit extends Redis {
  calkeepAdmit(...keysAndArguments: (string | number)[]): Promise<Reply>;
}

/** Decides in Redis: exact over any number of processes, one round trip for a token whose entry is warm. */
export class RedisGate implements AdmissionGate {
  readonly #redis: GuardedRedis;
  readonly #readStanding: ReadStanding;
  /** The standing last parsed for a token, with its JSON: spares parsing what has not changed. Decides nothing. */
  readonly #parsed = new Map<string, { json: string; standing: TokenStanding }>();

  constructor(redis: GuardedRedis, readStanding: ReadStanding) {
    this.#redis = redis;
    this.#readStanding = readStanding;
  }

  /** @throws RedisAwayError */
  async decide(address: TokenAddress, isListed: (standing: TokenStanding) => boolean): Promise<Verdict> {
    let reply = await this.#admit(address);
    for (let attempt = 0; reply[0] === 'miss' || reply[0] === 'stale'; attempt++) {
      // A fill is refused only while this very token is being changed, so a few attempts always do.
      if (attempt === 5) throw unavailable(new Error('the token is being changed without pause'));
      reply = reply[0] === 'stale' ? await this.#admit(address) : await this.#fill(address, reply[1] ?? '');
    }
    if (reply[0] !== 'allowlist') return this.#verdict(address, reply);
    const standing = this.#standingOf(address, reply);
    if (!isListed(standing)) return { kind: 'refused', standing };
    return this.#verdict(address, await this.#admit(address, { isListed: true }));
  }

  /** Forgets what is cached of a token, with every fill that is on its way. @throws RedisAwayError */
  async forget({ workspaceId, tokenId }: TokenAddress, timeoutMs: number): Promise<void> {
    const keys = keysOf({ workspaceId, tokenId });
    await this.#redis.run((client) => client.del(keys.entry, keys.lease), timeoutMs);
  }

  async #fill(address: TokenAddress, lease: string): Promise<Reply> {
    const standing = await this.#readStanding(address);
    return this.#admit(address, { lease, standing });
  }

  #admit(address: TokenAddress, options: { isListed?: boolean; lease?: string; standing?: TokenStanding } = {}): Promise<Reply> {
    const keys = keysOf(address);
    const { isListed = false, lease = '', standing } = options;
    const fill = standing ? fillArguments(standing) : [];
    return this.#redis.run((client) =>
      withAdmit(client).calkeepAdmit(
        ...[keys.entry, keys.lease, keys.tokenBucket, keys.workspaceBucket],
        ...[newLease(), leaseLifetimeMs, isListed ? '1' : '', lease, ...fill],
      ),
    );
  }

  #verdict(address: TokenAddress, reply: Reply): Verdict {
    const [status, , tokenRemaining = 0, tokenReset = 0, workspaceRemaining = 0, workspaceReset = 0, retry = 0] = reply;
    const standing = this.#standingOf(address, reply);
    if (status !== 'ok' && status !== 'token' && status !== 'workspace') return { kind: 'refused', standing };
    return {
      kind: status === 'ok' ? 'admitted' : 'limited',
      standing,
      by: status === 'ok' ? null : status,
      retryAfterSeconds: retry,
      tokenLeft: { remaining: tokenRemaining, resetSeconds: tokenReset },
      workspaceLeft: { remaining: workspaceRemaining, resetSeconds: workspaceReset },
    };
  }

  #standingOf({ tokenId }: TokenAddress, [, json = '']: Reply): TokenStanding {
    const known = this.#parsed.get(tokenId);
    if (known?.json === json) return known.standing;
    const standing = JSON.parse(json) as TokenStanding;
    if (this.#parsed.size >= 10_000) this.#parsed.clear();
    this.#parsed.set(tokenId, { json, standing });
    return standing;
  }
}

/** All keys of a workspace share a hash tag, so that one script may touch them in a Redis Cluster. */
function keysOf({ workspaceId, tokenId }: TokenAddress) {
  return {
    entry: `{${workspaceId}}:principal:${tokenId}`,
    lease: `{${workspaceId}}:principal-lease:${tokenId}`,
    tokenBucket: `{${workspaceId}}:limit:${tokenId}`,
    workspaceBucket: `{${workspaceId}}:limit`,
  };
}

function newLease(): string {
  return randomBytes(12).toString('base64url');
}

function fillArguments(standing: TokenStanding): (string | number)[] {
  const { gate, principal, endsInMs } = standing;
  const token = principal?.limits.token ?? { requests: 1, windowSeconds: 1 };
  const workspace = principal?.limits.workspace ?? { requests: 1, windowSeconds: 1 };
  // An entry never outlives its token.
  const lifetimeMs = Math.max(1, Math.min(entryLifetimeMs, endsInMs ?? entryLifetimeMs));
  const limits = [token.requests, token.windowSeconds, workspace.requests, workspace.windowSeconds];
  return [gate satisfies Gate, ...limits, lifetimeMs, JSON.stringify(standing)];
}

/** The script as a command of the client: ioredis sends its digest, and its text when Redis asks for it. */
function withAdmit(client: Redis): RedisWithAdmit {
  if (!('calkeepAdmit' in client)) client.defineCommand('calkeepAdmit', { numberOfKeys: 4, lua: admitScript });
  return client as RedisWithAdmit;
}
