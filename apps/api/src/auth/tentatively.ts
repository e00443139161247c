import type { GlobalTransaction } from '@calkeep/database';

/**
 * Does `work` and keeps it only if its result says so. Either way PostgreSQL has done all of it, and the transaction
 * has something to write to disk when it commits.
 */
export async function tentatively<T extends { isKept: boolean }>(
  tx: GlobalTransaction,
  work: () => Promise<T>,
): Promise<T> {
  await tx.$executeRaw`savepoint tentatively`;
  const result = await work();
  await (result.isKept
    ? tx.$executeRaw`release savepoint tentatively`
    : tx.$executeRaw`rollback to savepoint tentatively`);
  return result;
}
