import { randomBytes } from 'node:crypto';
import { unavailable, type GuardedRedis } from '@calkeep/platform';
import type { Redis } from 'ioredis';
import { admitScript } from './admit-script.js';
import type {
  AdmissionGate,
  Asking,
  Gate,
  ReadStanding,
  TokenAddress,
  TokenStanding,
  Verdict,
} from './token-standing.js';

/** How long an entry may be believed without asking the database. A revocation deletes it at once. */
export const entryLifetimeMs = 5_000;

const roundsMax = 8;
/** Tokens whose standings are held. */
const heldMax = 10_000;

type Reply = [
  status: string,
  /** Of a 'miss', the lease; the standing as JSON, or '' for what was held already. */
  text?: string,
  version?: string,
  ...numbers:
    [tokenLeft: number, tokenReset: number, workspaceLeft: number, workspaceReset: number, retryOrUses: number] | [],
];

/** Which step of a decision a call is: none of them is the first. */
interface Step {
  isListed?: boolean;
  lease?: string;
  fill?: Fill;
}

/** What was last told of a token, by its version: spares telling and parsing what has not changed. Decides nothing. */
interface HeldStanding {
  readonly version: string;
  readonly json: string;
  readonly standing: TokenStanding;
}

interface Fill {
  standing: TokenStanding;
  /** performance.now() from before it was read. */
  askedAt: number;
}

interface RedisWithAdmit extends Redis {
  calkeepAdmit(...keysAndArguments: (string | number)[]): Promise<Reply>;
}

/** Decides in Redis: exact over any number of processes, one round trip for a token whose entry is warm. */
export class RedisGate implements AdmissionGate {
  readonly #redis: GuardedRedis;
  readonly #readStanding: ReadStanding;
  readonly #usageWindowMs: number;
  readonly #held = new Map<string, HeldStanding>();

  constructor({
    redis,
    readStanding,
    usageWindowMs,
  }: {
    redis: GuardedRedis;
    readStanding: ReadStanding;
    usageWindowMs: number;
  }) {
    this.#redis = redis;
    this.#readStanding = readStanding;
    this.#usageWindowMs = usageWindowMs;
  }

  /** @throws RedisAwayError */
  async decide(address: TokenAddress, asking: Asking): Promise<Verdict> {
    let step: Step = {};
    // Each round but the last ends by learning something; only a token that is being changed takes more than three.
    for (let round = 0; round < roundsMax; round++) {
      const held = this.#held.get(address.tokenId);
      const reply = await this.#admit(address, asking, step, held?.version ?? '');
      if (reply[0] === 'miss') step = { lease: reply[1] ?? '', fill: await this.#readFill(address) };
      else if (reply[0] === 'stale') step = {};
      else {
        const standing = this.#standingOf(address, reply, held);
        if (reply[0] !== 'allowlist' || !asking.isListed(standing)) return verdictOf(reply, standing);
        step = { isListed: true };
      }
    }
    throw unavailable(new Error('the token is being changed without pause'));
  }

  /**
   * Forgets what is cached of tokens of one workspace, with every fill that is on its way. Their callers are
   * forgotten too, so that the first use after a change is recorded: whether a rotated token is still in use shows
   * at once.
   * @throws RedisAwayError
   */
  async forget(addresses: readonly TokenAddress[], timeoutMs: number): Promise<void> {
    const keys = addresses.map(keysOf).flatMap(({ entry, lease, callers }) => [entry, lease, callers]);
    await this.#redis.run((client) => client.del(...keys), timeoutMs);
  }

  async #readFill(address: TokenAddress): Promise<Fill> {
    const askedAt = performance.now();
    return { standing: await this.#readStanding(address), askedAt };
  }

  #admit(address: TokenAddress, { fingerprint, isSampled }: Asking, step: Step, version: string): Promise<Reply> {
    const keys = keysOf(address);
    const { isListed = false, lease = '', fill } = step;
    return this.#redis.run((client) =>
      withAdmit(client).calkeepAdmit(
        ...[keys.entry, keys.lease, keys.tokenBucket, keys.workspaceBucket, keys.callers, keys.uses],
        ...[newLease(), version, isListed ? '1' : '', fingerprint, this.#usageWindowMs, isSampled ? '1' : ''],
        ...[lease, ...(fill ? fillArguments(fill) : [])],
      ),
    );
  }

  /** @param held what was held when the reply was asked for. */
  #standingOf({ tokenId }: TokenAddress, [, json = '', version = '']: Reply, held?: HeldStanding): TokenStanding {
    if (held && (json === '' || json === held.json)) {
      if (version !== held.version) this.#hold(tokenId, { ...held, version });
      return held.standing;
    }
    const standing = JSON.parse(json) as TokenStanding;
    this.#hold(tokenId, { version, json, standing });
    return standing;
  }

  #hold(tokenId: string, held: HeldStanding): void {
    if (this.#held.size >= heldMax) this.#held.clear();
    this.#held.set(tokenId, held);
  }
}

function verdictOf(reply: Reply, standing: TokenStanding): Verdict {
  const [status, , , tokenRemaining = 0, tokenReset = 0, workspaceRemaining = 0, workspaceReset = 0, retryOrUses = 0] =
    reply;
  if (status !== 'ok' && status !== 'token' && status !== 'workspace') return { kind: 'refused', standing };
  return {
    kind: status === 'ok' ? 'admitted' : 'limited',
    standing,
    by: status === 'ok' ? null : status,
    retryAfterSeconds: status === 'ok' ? 0 : retryOrUses,
    usesToRecord: status === 'ok' ? retryOrUses : 0,
    tokenLeft: { remaining: tokenRemaining, resetSeconds: tokenReset },
    workspaceLeft: { remaining: workspaceRemaining, resetSeconds: workspaceReset },
  };
}

interface TokenKeys {
  readonly entry: string;
  readonly lease: string;
  readonly tokenBucket: string;
  readonly workspaceBucket: string;
  readonly callers: string;
  readonly uses: string;
}

/** The directory gives the same object for a token as long as it remembers the token. */
const knownKeys = new WeakMap<TokenAddress, TokenKeys>();

function keysOf(address: TokenAddress): TokenKeys {
  const known = knownKeys.get(address);
  if (known) return known;
  const keys = makeKeys(address);
  knownKeys.set(address, keys);
  return keys;
}

/** All keys of a workspace share a hash tag, so that one script may touch them in a Redis Cluster. */
function makeKeys({ workspaceId, tokenId }: TokenAddress): TokenKeys {
  return {
    entry: `{${workspaceId}}:principal:${tokenId}`,
    lease: `{${workspaceId}}:principal-lease:${tokenId}`,
    tokenBucket: `{${workspaceId}}:limit:${tokenId}`,
    workspaceBucket: `{${workspaceId}}:limit`,
    callers: `{${workspaceId}}:callers:${tokenId}`,
    uses: `{${workspaceId}}:uses:${tokenId}`,
  };
}

const processNonce = randomBytes(9).toString('base64url');
let leases = 0;

/** Leases need to differ, not to be secret: randomness for each request was a fortieth of the time. */
function newLease(): string {
  return `${processNonce}.${++leases}`;
}

function fillArguments({ standing, askedAt }: Fill): (string | number)[] {
  const { gate, principal, endsInMs } = standing;
  const token = principal?.limits.token ?? { requests: 1, windowSeconds: 1 };
  const workspace = principal?.limits.workspace ?? { requests: 1, windowSeconds: 1 };
  // An entry never outlives its token, however long the way of its fill was.
  const leftMs = Math.floor((endsInMs ?? Infinity) - (performance.now() - askedAt));
  const lifetimeMs = Math.max(1, Math.min(entryLifetimeMs, leftMs));
  const limits = [token.requests, token.windowSeconds, workspace.requests, workspace.windowSeconds];
  return [gate satisfies Gate, ...limits, lifetimeMs, JSON.stringify(standing)];
}

/** The script as a command of the client: ioredis sends its digest, and its text when Redis asks for it. */
function withAdmit(client: Redis): RedisWithAdmit {
  if (!('calkeepAdmit' in client)) client.defineCommand('calkeepAdmit', { numberOfKeys: 6, lua: admitScript });
  return client as RedisWithAdmit;
}
