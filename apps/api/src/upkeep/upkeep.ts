import type { Prelude, WorkspaceTransaction } from '@calkeep/database';
import { Injectable } from '@nestjs/common';
import { WorkspaceWorkRepository, type HeldWork, type WorkKind } from './workspace-work.repository.js';

export type { HeldWork, WorkKind };

export interface UpkeepHandler {
  /**
   * Does the work and ends it with `Upkeep.settle`, in the transaction of what it did last. Must be idempotent, and
   * done in 10 s: work that is not settled is taken up again. Of one workspace it may run beside itself.
   */
  run(work: HeldWork): Promise<void>;
  /** The pause before work that failed is tried again doubles from one second up to this. */
  readonly retrySecondsMax: number;
}

/**
 * Work that has to be done in a workspace later, or again and again. Features register what they do for a kind of it
 * (each kind is one feature's), and ask for it in the transaction that makes it necessary.
 */
@Injectable()
export class Upkeep {
  readonly #handlers = new Map<WorkKind, UpkeepHandler>();

  constructor(private readonly work: WorkspaceWorkRepository) {}

  register(kind: WorkKind, handler: UpkeepHandler): void {
    this.#handlers.set(kind, handler);
  }

  get kinds(): WorkKind[] {
    return [...this.#handlers.keys()];
  }

  handlerOf(kind: WorkKind): UpkeepHandler {
    const handler = this.#handlers.get(kind);
    if (!handler) throw new Error(`nobody looks after work of the kind "${kind}"`);
    return handler;
  }

  /**
   * The work will be done at `dueAt` or soon after, if the transaction commits: by a run that begins after the commit.
   * @param workspaceId bare UUID.
   */
  ask(tx: WorkspaceTransaction, workspaceId: string, kind: WorkKind, dueAt: Date): Promise<void> {
    return this.work.ask(tx, workspaceId, kind, dueAt);
  }

  /** The same in so many seconds, as a statement of a transaction; those who ask do not wait for each other. */
  asking(workspaceId: string, kind: WorkKind, inSeconds: number): Prelude {
    return this.work.asking(workspaceId, kind, inSeconds);
  }

  /**
   * For handlers that are about to settle work for good: until the transaction ends nobody asks for it, and what those
   * who did ask have committed is seen from here on.
   */
  lock(tx: WorkspaceTransaction, work: HeldWork): Promise<void> {
    return this.work.lock(tx, work);
  }

  /** The kinds of work that nobody has come to yet, with how long the first of each has been due. */
  overdue(): Promise<{ kind: WorkKind; seconds: number }[]> {
    return this.work.findOverdue();
  }

  /**
   * For handlers: the work is due again at `nextDueAt`, or done (`null`). Has no effect if it was asked for again since
   * it was taken: a row that somebody committed while the handler looked is not forgotten.
   */
  settle(tx: WorkspaceTransaction, work: HeldWork, nextDueAt: Date | null): Promise<void> {
    return this.work.settle(tx, work, nextDueAt);
  }
}
