import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import { PrismaClient, type Prisma } from './generated/client.js';

/** A transaction whose workspace is set: what the administrative paths work with. */
export type WorkspaceTransaction = Prisma.TransactionClient;

/** Prisma on the ordinary pool, for writes and administrative reads. Not for the hot path: see ADR 0003. */
export class WorkspaceTransactions {
  readonly #prisma: PrismaClient;

  constructor(pool: pg.Pool) {
    this.#prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  }

  run<T>(workspaceId: string, work: (tx: WorkspaceTransaction) => Promise<T>): Promise<T> {
    return this.#prisma.$transaction(async (tx) => {
      // Local to the transaction: the connection goes back to the pool without it.
      await tx.$executeRaw`select set_config('app.workspace_id', ${workspaceId}, true)`;
      return work(tx);
    });
  }

  close(): Promise<void> {
    return this.#prisma.$disconnect();
  }
}
