import { newUuid } from '@calkeep/contract';
import type { Clock, Config } from '@calkeep/platform';
import { JobQueue, type TokenRequestBatch } from '@calkeep/queue';
import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Admission, Limited } from '../http/credential-resolver.js';
import { CLOCK, CONFIG } from '../platform/tokens.js';
import { jobsOfBatches, partsOf } from './jobs-of-batches.js';

const hourMs = 3_600_000;

interface HourCounts {
  readonly workspaceId: string;
  readonly tokenId: string;
  readonly hourMs: number;
  succeeded: number;
  clientErrors: number;
  serverErrors: number;
  rateLimited: number;
}

interface WaitingJob {
  readonly id: string;
  readonly batches: readonly TokenRequestBatch[];
}

/**
 * Counts how the requests of each token are answered, all of them, and leaves the counts to the worker every few
 * seconds. A request pays for a look into a map. Counts that were left, or may have been, stay the same job until the
 * queue has it; meanwhile the counting goes on, so a queue that is away costs nothing but what a killed process held.
 */
@Injectable()
export class RequestCounters implements OnApplicationShutdown {
  readonly #logger = new Logger(RequestCounters.name);
  #current = new Map<string, HourCounts>();
  /** Of hours that have ended since the last jobs were made. */
  #ended: HourCounts[] = [];
  #waiting: WaitingJob[] = [];
  #flushing: Promise<void> = Promise.resolve();
  readonly #timer: NodeJS.Timeout;

  constructor(
    private readonly queue: JobQueue,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(CONFIG) { USAGE_FLUSH_SECONDS }: Config,
  ) {
    this.#timer = setInterval(() => this.#startFlush(), USAGE_FLUSH_SECONDS * 1_000);
    this.#timer.unref();
  }

  count(admission: Admission | Limited, status: number): void {
    const { subject, homeWorkspaceId } = admission.principal;
    const now = this.clock.now();
    const hour = now - (now % hourMs);
    let counts = this.#current.get(subject.id);
    if (counts === undefined || counts.hourMs !== hour) counts = this.#begin(homeWorkspaceId, subject.id, hour);
    if (status < 400) counts.succeeded++;
    else if (status < 500) counts.clientErrors++;
    else counts.serverErrors++;
    // Not by its status: what exhausts a plan's quota is a 429 as well.
    if ('limited' in admission) counts.rateLimited++;
  }

  /** Everything that was counted is left to the worker, if the queue can be reached. */
  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    this.#startFlush();
    // What was counted while an earlier flush waited.
    this.#startFlush();
    await this.#flushing;
    if (this.#waiting.length > 0) this.#logger.error('counts of requests lost: the queue is away');
  }

  #begin(workspaceId: string, tokenId: string, hour: number): HourCounts {
    const ended = this.#current.get(tokenId);
    if (ended) this.#ended.push(ended);
    const zero = { succeeded: 0, clientErrors: 0, serverErrors: 0, rateLimited: 0 };
    const counts = { workspaceId, tokenId, hourMs: hour, ...zero };
    this.#current.set(tokenId, counts);
    return counts;
  }

  #startFlush(): void {
    this.#flushing = this.#flushing.then(() => this.#flush());
  }

  async #flush(): Promise<void> {
    if (this.#waiting.length === 0) this.#waiting = this.#takeJobs();
    while (this.#waiting[0]) {
      const { id, batches } = this.#waiting[0];
      try {
        await this.queue.add('token-requests', { batches }, { id });
      } catch (error) {
        this.#logger.warn(`counts of requests wait for the queue: ${String(error)}`);
        return;
      }
      this.#waiting.shift();
    }
  }

  #takeJobs(): WaitingJob[] {
    const taken = [...this.#ended, ...this.#current.values()];
    this.#ended = [];
    this.#current = new Map();
    const countedAt = new Date(this.clock.now()).toISOString();
    const batches = [...byWorkspace(taken)].flatMap(([workspaceId, ofWorkspace]) =>
      partsOf(ofWorkspace).map((counts) => ({
        ...{ workspaceId, id: newUuid(), countedAt },
        counts: counts.map(toPayload),
      })),
    );
    return jobsOfBatches(batches, ({ counts }) => counts.length).map((ofJob) => ({ id: newUuid(), batches: ofJob }));
  }
}

function byWorkspace(all: readonly HourCounts[]): Map<string, HourCounts[]> {
  const groups = new Map<string, HourCounts[]>();
  for (const counts of all) {
    const group = groups.get(counts.workspaceId);
    if (group) group.push(counts);
    else groups.set(counts.workspaceId, [counts]);
  }
  return groups;
}

function toPayload({ workspaceId: _workspaceId, hourMs: hour, ...counts }: HourCounts) {
  return { ...counts, hour: new Date(hour).toISOString() };
}
