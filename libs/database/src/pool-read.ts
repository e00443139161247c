import type pg from 'pg';
import { PipelinedRead, type Statement } from './pipelined-read.js';

interface PoolRead {
  workspaceId: string;
  statement: Statement;
  values: readonly unknown[];
}

/** One read in its workspace on a pooled connection that has prepared the context statement. */
export async function readOnPool(pool: pg.Pool, { workspaceId, statement, values }: PoolRead): Promise<unknown[][]> {
  const client = await pool.connect();
  try {
    const rows = await new Promise<unknown[][]>((resolve, reject) => {
      client.query(
        new PipelinedRead(workspaceId, statement, values, (error, result) =>
          error ? reject(error) : resolve(result.rows),
        ),
      );
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
