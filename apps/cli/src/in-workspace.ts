import type pg from 'pg';

/** Lets what follows in the transaction see and write the rows of this workspace, and no others. */
export async function enterWorkspace(client: pg.Client, workspaceId: string): Promise<void> {
  await client.query(`select set_config('app.workspace_id', $1, true)`, [workspaceId]);
}

/** One transaction, begun in the context of a workspace; rolled back when `work` throws. */
export async function inWorkspace<T>(client: pg.Client, workspaceId: string, work: () => Promise<T>): Promise<T> {
  await client.query('begin');
  try {
    await enterWorkspace(client, workspaceId);
    const result = await work();
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}
