import type pg from 'pg';
import { holdTransaction, type HeldTransaction } from './held-transaction.js';
import { finishJson } from './json-row.js';
import type { Statement } from './pipelined-query.js';
import type { Pipelines } from './pipelines.js';
import { runOnPool } from './pool-statement.js';
import { retryConflicts } from './retry-conflicts.js';
import type { WorkspaceTransaction, WorkspaceTransactions } from './workspace-transactions.js';
import type { WorkspaceWriter, Write } from './workspace-writer.js';

export interface WorkspaceDatabaseParts {
  pipelines: Pipelines;
  pool: pg.Pool;
  transactions: WorkspaceTransactions;
}

/**
 * What repositories are given: the database as one workspace sees it. Every statement runs with that
 * workspace as row-level security's context, so a repository that forgets its filter finds nothing of
 * anybody else's.
 */
export class WorkspaceDatabase implements WorkspaceWriter {
  readonly #parts: WorkspaceDatabaseParts;

  constructor(
    /** The bare UUID. */
    readonly workspaceId: string,
    parts: WorkspaceDatabaseParts,
  ) {
    this.#parts = parts;
  }

  /** The rows of a read, each an array of columns; `$1` is the workspace. One round trip. */
  read(statement: Statement, ...values: readonly unknown[]): Promise<unknown[][]> {
    return this.#parts.pipelines.read(this.workspaceId, statement, [this.workspaceId, ...values]);
  }

  /** The same on a connection of its own, for a read that may take long and must not delay the others. */
  readSlowly(statement: Statement, ...values: readonly unknown[]): Promise<unknown[][]> {
    return runOnPool(this.#parts.pool, {
      workspaceId: this.workspaceId,
      statement,
      values: [this.workspaceId, ...values],
    });
  }

  /** The JSON text in the first column of the first row, with its ids encoded; `null` without a row. */
  async readJson(statement: Statement, ...values: readonly unknown[]): Promise<string | null> {
    const [row] = await this.read(statement, ...values);
    const text = row?.[0];
    return typeof text === 'string' ? finishJson(text) : null;
  }

  /** Committed with its answer; done again where PostgreSQL undid it because of another transaction. */
  write({ statement, preludes = [] }: Write, ...values: readonly unknown[]): Promise<unknown[][]> {
    const { workspaceId } = this;
    const run = { workspaceId, preludes, statement, values: [workspaceId, ...values] };
    return retryConflicts(() => runOnPool(this.#parts.pool, run));
  }

  /**
   * A transaction on plain `pg`, whose every step is one round trip, the first one with its beginning and the last one
   * with its end: for writes that callers wait for. `work` ends it, or it is rolled back; it may run again, as that of
   * `transaction`.
   */
  hold<T>(work: (tx: HeldTransaction) => Promise<T>): Promise<T> {
    return retryConflicts(() => holdTransaction(this.#parts.pool, this.workspaceId, work));
  }

  /** Runs `work` in a transaction of this workspace: all of it is kept, or none. */
  transaction<T>(work: (tx: WorkspaceTransaction) => Promise<T>): Promise<T> {
    return this.#parts.transactions.run(this.workspaceId, work);
  }
}
