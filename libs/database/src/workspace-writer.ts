import type { Prelude, Statement } from './pipelined-query.js';

/** What a repository writes through: a workspace's database, or a transaction of it that is open. */
export interface WorkspaceWriter {
  /** The bare UUID. */
  readonly workspaceId: string;
  /**
   * One statement in one round trip, `$1` being the workspace; `preludes` are sent ahead of it and belong to the same
   * transaction. @returns the rows, each an array of columns.
   */
  write(write: Write, ...values: readonly unknown[]): Promise<unknown[][]>;
}

export interface Write {
  readonly statement: Statement;
  readonly preludes?: readonly Prelude[];
}
