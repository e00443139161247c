import type pg from 'pg';
import { runPipelined, type Prelude, type Statement } from './pipelined-query.js';
import { contextOf } from './pipelined-read.js';

export interface PoolStatement {
  workspaceId: string;
  /** Sent ahead of the statement, in its transaction. */
  preludes?: readonly Prelude[];
  statement: Statement;
  values: readonly unknown[];
}

/** One statement in its workspace, committed with its answer, on a pooled connection that has prepared the context. */
export async function runOnPool(
  pool: pg.Pool,
  { workspaceId, preludes = [], statement, values }: PoolStatement,
): Promise<unknown[][]> {
  const client = await pool.connect();
  try {
    const rows = await runPipelined(client, {
      preludes: [contextOf(workspaceId), ...preludes],
      statement,
      values: [...values],
    });
    client.release();
    return rows;
  } catch (error) {
    // A statement that failed is over, implicit transaction and all; a connection that failed is thrown away.
    client.release(isConnectionUsable(error) ? undefined : true);
    throw error;
  }
}

function isConnectionUsable(error: unknown): boolean {
  return error instanceof Error && 'severity' in error && error.severity === 'ERROR';
}
