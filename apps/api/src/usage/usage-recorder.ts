import { newUuid } from '@calkeep/contract';
import type { Clock } from '@calkeep/platform';
import { JobQueue, type TokenUse } from '@calkeep/queue';
import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { TokenAddress } from '../admission/token-standing.js';
import type { Caller } from '../http/credential-resolver.js';
import { CLOCK } from '../platform/tokens.js';

const flushIntervalMs = 1_000;
/** Recorded uses that wait at most while the queue is away. */
const waitingMax = 20_000;
const usesPerJobMax = 500;

/**
 * Collects the uses of tokens that are to be recorded and leaves them to the worker, a batch a second. A
 * request pays for an entry in a list: no database write, no wait, and no failure.
 */
@Injectable()
export class UsageRecorder implements OnApplicationShutdown {
  readonly #logger = new Logger(UsageRecorder.name);
  #waiting = new Map<string, TokenUse[]>();
  #waitingCount = 0;
  #flushing: Promise<void> = Promise.resolve();
  readonly #timer: NodeJS.Timeout;

  constructor(
    private readonly queue: JobQueue,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.#timer = setInterval(() => this.#startFlush(), flushIntervalMs);
    this.#timer.unref();
  }

  record({ workspaceId, tokenId }: TokenAddress, caller: Caller, hitsSinceLast: number): void {
    const { address: ip, userAgent, requestId, clientRequestId } = caller;
    const at = new Date(this.clock.now()).toISOString();
    const use = { id: newUuid(), tokenId, at, ip, userAgent, requestId, clientRequestId, hitsSinceLast };
    this.#wait(workspaceId, [use]);
  }

  /** Everything that was recorded is left to the worker, if the queue can be reached. */
  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    this.#startFlush();
    await this.#flushing;
    if (this.#waitingCount > 0) this.#logger.error(`${this.#waitingCount} recorded uses lost: the queue is away`);
  }

  #wait(workspaceId: string, uses: TokenUse[]): void {
    const room = waitingMax - this.#waitingCount;
    const kept = uses.slice(0, Math.max(0, room));
    if (kept.length < uses.length)
      this.#logger.error(`${uses.length - kept.length} recorded uses dropped: the queue is away`);
    this.#waitingCount += kept.length;
    this.#waiting.set(workspaceId, [...(this.#waiting.get(workspaceId) ?? []), ...kept]);
  }

  #startFlush(): void {
    if (this.#waitingCount > 0) this.#flushing = this.#flushing.then(() => this.#flush());
  }

  async #flush(): Promise<void> {
    const batch = this.#waiting;
    this.#waiting = new Map();
    this.#waitingCount = 0;
    for (const [workspaceId, uses] of batch) {
      for (let from = 0; from < uses.length; from += usesPerJobMax)
        await this.#leave(workspaceId, uses.slice(from, from + usesPerJobMax));
    }
  }

  async #leave(workspaceId: string, uses: TokenUse[]): Promise<void> {
    try {
      // The id makes leaving the same batch twice, after a try of unknown outcome, one job.
      await this.queue.add('token-usage', { workspaceId, uses }, { id: `${workspaceId}_${uses[0]?.id}` });
    } catch (error) {
      this.#logger.warn(`${uses.length} recorded uses wait for the queue: ${String(error)}`);
      this.#wait(workspaceId, uses);
    }
  }
}
