import type pg from 'pg';
import type { Statement } from './pipelined-read.js';
import type { Pipelines } from './pipelines.js';
import { fillIds } from './json-row.js';
import { readOnPool } from './pool-read.js';
import type { WorkspaceTransaction, WorkspaceTransactions } from './workspace-transactions.js';

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
export class WorkspaceDatabase {
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
    return readOnPool(this.#parts.pool, {
      workspaceId: this.workspaceId,
      statement,
      values: [this.workspaceId, ...values],
    });
  }

  /** The JSON text in the first column of the first row, with its ids encoded; `null` without a row. */
  async readJson(statement: Statement, ...values: readonly unknown[]): Promise<string | null> {
    const [row] = await this.read(statement, ...values);
    const text = row?.[0];
    return typeof text === 'string' ? fillIds(text) : null;
  }

  /** Runs `work` in a transaction of this workspace: all of it is kept, or none. */
  transaction<T>(work: (tx: WorkspaceTransaction) => Promise<T>): Promise<T> {
    return this.#parts.transactions.run(this.workspaceId, work);
  }
}
