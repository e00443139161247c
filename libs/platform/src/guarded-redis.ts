import { Redis } from 'ioredis';
import { WriteGatherer } from './write-gatherer.js';

/** Redis did not answer in time, or is known to be away. Whether the command ran is unknown. */
export class RedisAwayError extends Error {
  override readonly name = 'RedisAwayError';
}

const decisionTimeoutMs = 100;
const probeIntervalMs = 250;
const failuresBeforeAway = 3;

/**
 * A Redis connection that never keeps a request waiting: each command is answered or given up within
 * 100 ms, and once Redis is known to be away commands fail at once until a probe gets an answer.
 * (ioredis by itself waits without end for a paused server.)
 */
export class GuardedRedis {
  readonly #client: Redis;
  #isAway = true;
  #failuresInRow = 0;
  #isProbing = false;
  readonly #probeTimer: NodeJS.Timeout;
  readonly #gatherer = new WriteGatherer();

  constructor(url: string) {
    this.#client = new Redis(url, {
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      connectTimeout: 2_000,
      // A peer that vanished without closing is noticed after this long with commands pending.
      socketTimeout: 3_000,
      retryStrategy: (attempt) => Math.min(50 * attempt, 1_000),
    });
    this.#client.on('ready', () => this.#back());
    this.#client.on('close', () => (this.#isAway = true));
    // Away is a state that isAway tells and that is counted, not an event to be logged each time.
    this.#client.on('error', () => undefined);
    this.#probeTimer = setInterval(() => void this.#probe(), probeIntervalMs);
    this.#probeTimer.unref();
  }

  get isAway(): boolean {
    return this.#isAway;
  }

  /** Resolves once Redis has answered, or after `timeoutMs` without an answer. */
  async settled(timeoutMs: number): Promise<void> {
    const giveUpAt = performance.now() + timeoutMs;
    while (this.#isAway && performance.now() < giveUpAt) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  /** @throws RedisAwayError after `timeoutMs`, or at once while Redis is known to be away. */
  async run<T>(command: (client: Redis) => Promise<T>, timeoutMs = decisionTimeoutMs): Promise<T> {
    if (this.#isAway) throw new RedisAwayError('Redis is away');
    this.#gatherer.gather(this.#client.stream);
    const pending = command(this.#client);
    try {
      const value = await inTime(pending, timeoutMs);
      this.#failuresInRow = 0;
      return value;
    } catch (error) {
      throw this.#classify(error);
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#probeTimer);
    this.#client.disconnect();
  }

  /**
   * Whatever keeps Redis from deciding (no answer, no memory, a replica, a script that runs too long) is for a
   * caller the same as Redis being away: another way is taken, and the reason is in the cause.
   */
  #classify(error: unknown): RedisAwayError {
    if (++this.#failuresInRow >= failuresBeforeAway) this.#isAway = true;
    return error instanceof RedisAwayError
      ? error
      : new RedisAwayError('Redis cannot take the command', { cause: error });
  }

  async #probe(): Promise<void> {
    if (!this.#isAway || this.#isProbing || this.#client.status !== 'ready') return;
    this.#isProbing = true;
    try {
      await this.#client.ping();
      this.#back();
    } catch {
      // Still away: the next probe asks again.
    } finally {
      this.#isProbing = false;
    }
  }

  #back(): void {
    this.#isAway = false;
    this.#failuresInRow = 0;
  }
}

/**
 * The promise's value, or RedisAwayError after `timeoutMs`. When the event loop itself was late, the
 * answer may already wait in the socket: one more turn lets it be read before it is given up.
 */
function inTime<T>(pending: Promise<T>, timeoutMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      setImmediate(() => setImmediate(() => reject(new RedisAwayError(`no answer from Redis in ${timeoutMs} ms`))));
    }, timeoutMs);
    pending.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error: Error) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
