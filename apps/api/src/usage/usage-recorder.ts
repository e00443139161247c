import { hash } from 'node:crypto';
import { newUuid } from '@calkeep/contract';
import type { Clock } from '@calkeep/platform';
import { JobQueue, type TokenUse, type TokenUseBatch } from '@calkeep/queue';
import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { TokenAddress } from '../admission/token-standing.js';
import type { Caller } from '../http/credential-resolver.js';
import { CLOCK } from '../platform/tokens.js';
import { jobsOfBatches, partsOf } from './jobs-of-batches.js';

const flushIntervalMs = 1_000;
/** Recorded uses that wait at most while the queue is away. */
const waitingMax = 20_000;
/** Tokens of whose further uses the number is kept meanwhile. */
const tokensBeyondMax = 20_000;

/**
 * Collects the uses of tokens that are to be recorded and leaves them to the worker, a batch a second. A
 * request pays for an entry in a list: no database write, no wait, and no failure. While the queue is away a bounded
 * number waits; those beyond are told of, by their number, with the next use of their token that finds room.
 */
@Injectable()
export class UsageRecorder implements OnApplicationShutdown {
  readonly #logger = new Logger(UsageRecorder.name);
  #waiting = new Map<string, TokenUse[]>();
  /** Those on their way to the queue included. */
  #waitingCount = 0;
  /** Uses that found no room, by token. */
  readonly #beyond = new Map<string, number>();
  #isFull = false;
  #isFlushing = false;
  #flushing: Promise<void> = Promise.resolve();
  readonly #timer: NodeJS.Timeout;

  constructor(
    private readonly queue: JobQueue,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.#timer = setInterval(() => this.#startFlush(), flushIntervalMs);
    this.#timer.unref();
  }

  record({ workspaceId, tokenId }: TokenAddress, caller: Caller, uses: number): void {
    const hitsSinceLast = uses + (this.#beyond.get(tokenId) ?? 0);
    if (this.#waitingCount >= waitingMax) return this.#putBeyond(tokenId, hitsSinceLast);
    this.#beyond.delete(tokenId);
    const { address: ip, userAgent, requestId, clientRequestId } = caller;
    const at = new Date(this.clock.now()).toISOString();
    const use = { id: newUuid(), tokenId, at, ip, userAgent, requestId, clientRequestId, hitsSinceLast };
    this.#wait({ workspaceId, uses: [use] });
    this.#waitingCount++;
  }

  /** Everything that was recorded is left to the worker, if the queue can be reached. */
  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#flushing;
    await this.#flush();
    if (this.#waitingCount > 0) this.#logger.error(`${this.#waitingCount} recorded uses lost: the queue is away`);
  }

  #putBeyond(tokenId: string, hits: number): void {
    // Said once each time that it fills up: this comes with every request.
    if (!this.#isFull) this.#logger.error(`${waitingMax} recorded uses wait: the queue is away`);
    this.#isFull = true;
    if (this.#beyond.has(tokenId) || this.#beyond.size < tokensBeyondMax) this.#beyond.set(tokenId, hits);
  }

  #wait({ workspaceId, uses }: TokenUseBatch): void {
    const others = this.#waiting.get(workspaceId);
    if (others) others.push(...uses);
    else this.#waiting.set(workspaceId, [...uses]);
  }

  #startFlush(): void {
    if (this.#waitingCount === 0 || this.#isFlushing) return;
    this.#isFlushing = true;
    this.#flushing = this.#flush().finally(() => (this.#isFlushing = false));
  }

  /** Of a queue that does not take one job nothing more is asked this time: each could take as long to fail. */
  async #flush(): Promise<void> {
    const batches = [...this.#waiting].flatMap(([workspaceId, uses]) =>
      partsOf(uses).map((part) => ({ workspaceId, uses: part })),
    );
    this.#waiting = new Map();
    let isAway = false;
    for (const job of jobsOfBatches(batches, ({ uses }) => uses.length)) {
      isAway ||= !(await this.#leave(job));
      if (isAway) for (const batch of job) this.#wait(batch);
      else this.#waitingCount -= job.reduce((sum, { uses }) => sum + uses.length, 0);
    }
    if (isAway) this.#logger.warn(`${this.#waitingCount} recorded uses wait for the queue`);
    this.#isFull = this.#waitingCount >= waitingMax;
  }

  async #leave(batches: readonly TokenUseBatch[]): Promise<boolean> {
    try {
      await this.queue.add('token-usage', { batches }, { id: jobIdOf(batches) });
      return true;
    } catch (error) {
      this.#logger.warn(`the queue did not take recorded uses: ${String(error)}`);
      return false;
    }
  }
}

/**
 * Leaving the same uses twice, after a try of unknown outcome, is one job. With any other among them it is another, or
 * the queue would take it for the first: what both hold is recorded once, by the ids of the uses.
 */
function jobIdOf(batches: readonly TokenUseBatch[]): string {
  const ids = batches.flatMap(({ uses }) => uses.map(({ id }) => id));
  return hash('sha256', ids.join(), 'hex');
}
