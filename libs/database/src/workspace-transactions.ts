import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import { isConflict } from './database-failure.js';
import { PrismaClient, type Prisma } from './generated/client.js';

/** A transaction whose workspace is set: what the administrative paths work with. */
export type WorkspaceTransaction = Prisma.TransactionClient;

/** A transaction of the global tables: sees no tenant's rows until it enters a workspace. */
export type GlobalTransaction = Prisma.TransactionClient;

/**
 * Lets what follows in the transaction see and write the rows of this workspace and no other; '' for none.
 * @param workspaceId bare UUID, from a membership or a credential that was found good.
 */
export async function enterWorkspace(tx: GlobalTransaction, workspaceId: string): Promise<WorkspaceTransaction> {
  // Local to the transaction: the connection goes back to the pool without it.
  await tx.$executeRaw`select set_config('app.workspace_id', ${workspaceId}, true)`;
  return tx;
}

const retriesMax = 3;
/** Of the first retry; each later one may wait twice as long. */
const retryDelayMsMax = 25;

/** Prisma on the ordinary pool, for writes and administrative reads. Not for the hot path: see ADR 0003. */
export class WorkspaceTransactions {
  readonly #prisma: PrismaClient;

  constructor(pool: pg.Pool) {
    this.#prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  }

  /**
   * Runs `work` again, from its beginning and in a new transaction, when PostgreSQL undid it because of
   * another transaction. So `work` must do nothing outside of the transaction that may not be done twice.
   */
  async run<T>(workspaceId: string, work: (tx: WorkspaceTransaction) => Promise<T>): Promise<T> {
    for (let retry = 0; ; retry++) {
      try {
        return await this.#attempt(workspaceId, work);
      } catch (error) {
        if (retry === retriesMax || !isConflict(error)) throw error;
        // By chance, so that those who met do not meet again.
        await new Promise((resolve) => setTimeout(resolve, Math.random() * retryDelayMsMax * 2 ** retry));
      }
    }
  }

  close(): Promise<void> {
    return this.#prisma.$disconnect();
  }

  #attempt<T>(workspaceId: string, work: (tx: WorkspaceTransaction) => Promise<T>): Promise<T> {
    return this.#prisma.$transaction(async (tx) => work(await enterWorkspace(tx, workspaceId)));
  }
}
