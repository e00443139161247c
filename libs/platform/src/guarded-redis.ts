import { Redis } from 'ioredis';
import { WriteGatherer } from './write-gatherer.js';

/** Redis did not answer in time, or is known to be away. Whether the command ran is unknown. */
export class RedisAwayError extends Error {
  override readonly name = 'RedisAwayError';
}

const decisionTimeoutMs = 100;
const probeIntervalMs = 250;
/** How much later than in its time a command may be given up. */
const watchIntervalMs = 10;
const failuresBeforeAway = 3;

interface PendingCommand {
  readonly giveUpAt: number;
  readonly giveUp: () => void;
}

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
  readonly #pending = new Set<PendingCommand>();
  #watch: NodeJS.Timeout | undefined;

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
  run<T>(command: (client: Redis) => Promise<T>, timeoutMs = decisionTimeoutMs): Promise<T> {
    if (this.#isAway) return Promise.reject(new RedisAwayError('Redis is away'));
    this.#gatherer.gather(this.#client.stream);
    const answer = command(this.#client);
    return new Promise((resolve, reject) => {
      const pending: PendingCommand = {
        giveUpAt: performance.now() + timeoutMs,
        giveUp: () => reject(this.#classify(new RedisAwayError(`no answer from Redis in ${timeoutMs} ms`))),
      };
      this.#pending.add(pending);
      this.#startWatch();
      answer.then(
        (value) => {
          if (!this.#pending.delete(pending)) return;
          this.#failuresInRow = 0;
          resolve(value);
        },
        (error: unknown) => {
          if (this.#pending.delete(pending)) reject(this.#classify(error));
        },
      );
    });
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

  /** One timer for all commands that are under way. A timer and a promise more for each took a fiftieth of the server's time. */
  #startWatch(): void {
    this.#watch ??= setTimeout(() => {
      const now = performance.now();
      const late = [...this.#pending].filter(({ giveUpAt }) => giveUpAt <= now);
      // When the event loop itself was late, the answers may already wait in the socket: one more turn lets them be read.
      if (late.length > 0) setImmediate(() => setImmediate(() => this.#giveUp(late)));
      this.#watch = undefined;
      if (this.#pending.size > 0) this.#startWatch();
    }, watchIntervalMs);
  }

  #giveUp(late: readonly PendingCommand[]): void {
    for (const pending of late) if (this.#pending.delete(pending)) pending.giveUp();
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
