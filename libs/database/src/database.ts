import pg from 'pg';
import { assertUnprivileged } from './assert-unprivileged.js';
import { contextStatement } from './pipelined-read.js';
import { Pipelines } from './pipelines.js';
import { WorkspaceDatabase } from './workspace-database.js';
import { WorkspaceTransactions, type GlobalTransaction } from './workspace-transactions.js';

export interface DatabaseOptions {
  /** As the application's role. */
  databaseUrl: string;
  pipelines: number;
  poolMax: number;
  /** Statements longer than this are cancelled. */
  timeoutMs: number;
}

const waitingMaxPerPipeline = 128;
const poolWaitMsMax = 2_000;

/** The only owner of connections to PostgreSQL. Everybody else is handed a `WorkspaceDatabase`. */
export class Database {
  readonly #pool: pg.Pool;
  readonly #pipelines: Pipelines;
  readonly #transactions: WorkspaceTransactions;

  private constructor({ databaseUrl, pipelines, poolMax, timeoutMs }: DatabaseOptions) {
    this.#pipelines = new Pipelines({
      databaseUrl,
      connections: pipelines,
      waitingMax: pipelines * waitingMaxPerPipeline,
      timeoutMs,
    });
    this.#pool = new pg.Pool({
      connectionString: databaseUrl,
      application_name: 'calkeep',
      max: poolMax,
      connectionTimeoutMillis: poolWaitMsMax,
      statement_timeout: timeoutMs,
      lock_timeout: timeoutMs,
      idle_in_transaction_session_timeout: timeoutMs,
      query_timeout: timeoutMs + 1_000,
      // The published type returns nothing; the pool does wait for what is returned.
      onConnect: (client) => client.query({ ...contextStatement, values: [''] }) as unknown as void,
    });
    // An idle connection that breaks is replaced when the next one is asked for.
    this.#pool.on('error', () => undefined);
    // One that breaks in use rejects its query; the event, if nobody heard it, would end the process.
    this.#pool.on('connect', (client) => void client.on('error', () => undefined));
    // A rollback that was never answered leaves the transaction, and with it a workspace's context, open:
    // the pool must not hand out that connection again.
    this.#pool.on('release', (_error, client) => {
      if (client.getTransactionStatus() !== 'I') void client.end();
    });
    this.#transactions = new WorkspaceTransactions(this.#pool);
  }

  /** @throws Error when the database cannot be reached, or under a role that row-level security does not bind. */
  static async open(options: DatabaseOptions): Promise<Database> {
    const database = new Database(options);
    try {
      await assertUnprivileged(database.#pool);
      await database.#pipelines.connect();
      return database;
    } catch (error) {
      await database.close();
      throw error;
    }
  }

  /** `workspaceId` is a bare UUID that comes from a resolved credential and never from a request's own words. */
  forWorkspace(workspaceId: string): WorkspaceDatabase {
    return new WorkspaceDatabase(workspaceId, {
      pipelines: this.#pipelines,
      pool: this.#pool,
      transactions: this.#transactions,
    });
  }

  /**
   * Not bound to a workspace: for the global tables alone (tenant tables show no rows here).
   * @returns the rows as objects.
   */
  async global<R extends pg.QueryResultRow>(text: string, values: unknown[]): Promise<R[]> {
    const { rows } = await this.#pool.query<R>(text, values);
    return rows;
  }

  /** A transaction that is bound to no workspace: for the global tables, and for entering one workspace after another. */
  transaction<T>(work: (tx: GlobalTransaction) => Promise<T>): Promise<T> {
    return this.#transactions.run('', work);
  }

  /** Whether the database answers. Bounded by the statement timeout. */
  async isReachable(): Promise<boolean> {
    try {
      await this.#pool.query('select 1');
      return true;
    } catch {
      return false;
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#pipelines.close(), this.#transactions.close()]);
    await this.#pool.end();
  }
}
