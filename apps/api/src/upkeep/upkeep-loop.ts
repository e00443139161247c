import type { Clock } from '@calkeep/platform';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { CLOCK } from '../platform/tokens.js';
import { within } from '../platform/within.js';
import { ExpiredRows } from './expired-rows.js';
import { Upkeep, type HeldWork } from './upkeep.js';
import { holdSeconds, WorkspaceWorkRepository } from './workspace-work.repository.js';

const tickMs = 1_000;
const sweepIntervalMs = 60_000;
/** Work in hand at once in a process: a hand that waits must not stop the others, nor take all of the connections. */
const handsMax = 4;
/** Less than the hold, so that what is late is noticed before another worker begins. */
const runMsMax = (holdSeconds - 2) * 1_000;
const stopGraceMs = 5_000;

/**
 * Looks after workspaces, and once a minute after the global tables, until it is stopped. Any number of these may run,
 * in any number of processes: each takes what none of the others has in hand. A failure is logged and tried again; it
 * ends neither the loop nor the process.
 */
@Injectable()
export class UpkeepLoop {
  readonly #logger = new Logger(UpkeepLoop.name);
  readonly #inHand = new Set<Promise<void>>();
  /** How often work failed in a row, by workspace and kind. */
  readonly #failures = new Map<string, number>();
  #looping: Promise<void> | null = null;
  #isStopping = false;
  #isDatabaseAway = false;
  #mayBeMore = false;
  #wake: () => void = () => undefined;
  #sweptAt = -Infinity;

  constructor(
    private readonly work: WorkspaceWorkRepository,
    private readonly upkeep: Upkeep,
    private readonly expiredRows: ExpiredRows,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  start(): void {
    this.#looping ??= this.#loop();
  }

  /** Takes nothing more, and resolves when what is in hand is done, or after 5 s: then another worker takes it up. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#wake();
    const isDone = (async () => {
      await this.#looping;
      await Promise.all(this.#inHand);
    })();
    await within(stopGraceMs, isDone).catch((error: unknown) =>
      this.#logger.warn(`work left in hand: ${String(error)}`),
    );
  }

  async #loop(): Promise<void> {
    while (!this.#isStopping) {
      await this.#takeDue();
      this.#sweepOnceAMinute();
      await this.#pause();
    }
  }

  /** At most a tick; less when a hand is free again and there may be more to do. */
  async #pause(): Promise<void> {
    if (this.#isStopping || (this.#mayBeMore && this.#inHand.size < handsMax)) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, tickMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #takeDue(): Promise<void> {
    const free = handsMax - this.#inHand.size;
    if (free < 1) return;
    this.#mayBeMore = false;
    try {
      const due = await this.work.take(this.upkeep.kinds, free);
      this.#isDatabaseAway = false;
      this.#mayBeMore = due.length === free;
      for (const work of due) this.#keep(this.#run(work));
    } catch (error) {
      // It is asked again every second: once is enough to say so.
      if (!this.#isDatabaseAway) this.#logger.warn(`upkeep waits for the database: ${String(error)}`);
      this.#isDatabaseAway = true;
    }
  }

  /** @param task never rejects. */
  #keep(task: Promise<void>): void {
    const kept = task.finally(() => {
      this.#inHand.delete(kept);
      if (this.#mayBeMore) this.#wake();
    });
    this.#inHand.add(kept);
  }

  async #run(work: HeldWork): Promise<void> {
    const key = `${work.workspaceId}:${work.kind}`;
    try {
      await within(runMsMax, this.upkeep.handlerOf(work.kind).run(work));
      this.#failures.delete(key);
    } catch (error) {
      await this.#postpone(work, error);
    }
  }

  async #postpone(work: HeldWork, error: unknown): Promise<void> {
    const { workspaceId, kind } = work;
    const key = `${workspaceId}:${kind}`;
    const failures = this.#failures.get(key) ?? 0;
    const seconds = Math.min(2 ** failures, this.upkeep.handlerOf(kind).retrySecondsMax);
    this.#failures.set(key, failures + 1);
    this.#logger.warn(`upkeep of ${kind} failed in ${workspaceId}, again in ${seconds} s: ${String(error)}`);
    // What cannot be postponed is due again when the hold ends.
    await this.work.postpone(work, seconds).catch(() => undefined);
  }

  /** Beside the work of workspaces, which it does not delay. */
  #sweepOnceAMinute(): void {
    const now = this.clock.now();
    if (this.#isStopping || now - this.#sweptAt < sweepIntervalMs) return;
    this.#sweptAt = now;
    const failed = (error: unknown) => this.#logger.warn(`expired rows stay for now: ${String(error)}`);
    this.#keep(this.expiredRows.remove().catch(failed));
  }
}
