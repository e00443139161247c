import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import { PrismaClient, type Prisma } from './generated/client.js';
import { retryConflicts } from './retry-conflicts.js';

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

/** Prisma on the ordinary pool, for writes and administrative reads. Not for the hot path: see ADR 0003. */
export class WorkspaceTransactions {
  readonly #prisma: PrismaClient;

  constructor(pool: pg.Pool) {
    this.#prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  }

  /** `work` may run again: see `retryConflicts`. */
  run<T>(workspaceId: string, work: (tx: WorkspaceTransaction) => Promise<T>): Promise<T> {
    return retryConflicts(() => this.#attempt(workspaceId, work));
  }

  close(): Promise<void> {
    return this.#prisma.$disconnect();
  }

  #attempt<T>(workspaceId: string, work: (tx: WorkspaceTransaction) => Promise<T>): Promise<T> {
    return this.#prisma.$transaction(async (tx) => work(await enterWorkspace(tx, workspaceId)));
  }
}
