import type pg from 'pg';
import { runPipelined, type Prelude } from './pipelined-query.js';
import { contextOf } from './pipelined-read.js';
import type { WorkspaceWriter, Write } from './workspace-writer.js';

const names = new Map<string, string>();

function nameOf(text: string): string {
  const name = names.get(text) ?? `held_${names.size + 1}`;
  names.set(text, name);
  return name;
}

/**
 * A transaction of one workspace on one connection. It begins with its first write and ends with `commit`; without
 * that, whatever happens, nothing of it is kept.
 */
export class HeldTransaction implements WorkspaceWriter {
  readonly #client: pg.ClientBase;
  #hasBegun = false;

  constructor(
    readonly workspaceId: string,
    client: pg.ClientBase,
  ) {
    this.#client = client;
  }

  write({ statement, preludes = [] }: Write, ...values: readonly unknown[]): Promise<unknown[][]> {
    return runPipelined(this.#client, {
      preludes: [...this.#beginning(), ...preludes],
      statement,
      values: [this.workspaceId, ...values],
    });
  }

  /**
   * One statement, with its rows as objects. `$1` is the caller's. Its text is a constant of the code: a connection
   * prepares it once.
   */
  async run(text: string, ...values: readonly unknown[]): Promise<unknown[]> {
    if (!this.#hasBegun) await this.write({ statement: { name: 'begun', text: 'select $1::uuid' } });
    const statement = { name: nameOf(text), text, values: [...values] };
    return (await this.#client.query<Record<string, unknown>>(statement)).rows;
  }

  /** @param last statements that are still to be executed, in the same round trip. */
  async commit(last: readonly Prelude[] = []): Promise<void> {
    await runPipelined(this.#client, { preludes: last, statement: { text: 'commit' }, values: [] });
  }

  #beginning(): Prelude[] {
    if (this.#hasBegun) return [];
    this.#hasBegun = true;
    return [{ text: 'begin' }, contextOf(this.workspaceId)];
  }
}

export async function holdTransaction<T>(
  pool: pg.Pool,
  workspaceId: string,
  work: (tx: HeldTransaction) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  try {
    return await work(new HeldTransaction(workspaceId, client));
  } finally {
    await giveBack(client);
  }
}

/** With nothing open: a connection that cannot roll back is thrown away, and PostgreSQL rolls back for it. */
async function giveBack(client: pg.PoolClient): Promise<void> {
  try {
    if (client.getTransactionStatus() !== 'I') await client.query('rollback');
    client.release();
  } catch {
    client.release(true);
  }
}
