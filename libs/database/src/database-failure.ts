import { type AppError, unavailable } from '@calkeep/platform';
import pg from 'pg';

/**
 * SQLSTATE classes and codes (PostgreSQL, appendix A) after which the same call may succeed a moment
 * later: connection exceptions, insufficient resources, operator intervention (shutdown, cancelled by
 * a timeout), and, by name, lock not available and a statement that the connection no longer knows.
 */
const transientClasses = new Set(['08', '53', '57']);
const transientCodes = new Set(['55P03', '25P03', '26000', '40001', '40P01']);

const lostConnection =
  /Connection terminated|connection error|Client was closed|timeout exceeded when trying to connect|Query read timeout|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT/;

/** The 503 that a failure of the database deserves, or `null` when it is a defect of ours. */
export function databaseFailure(error: unknown): AppError | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (isTransient(cause)) return unavailable(error);
  }
  return null;
}

function isTransient(error: Error): boolean {
  if (error instanceof pg.DatabaseError)
    return transientClasses.has(error.code?.slice(0, 2) ?? '') || transientCodes.has(error.code ?? '');
  // Prisma wraps the driver's error and names it by code: server out of reach, timed out, pool timeout, closed.
  if ('code' in error && typeof error.code === 'string' && /^P(1001|1002|1008|1017|2024|2028|2034)$/.test(error.code))
    return true;
  return lostConnection.test(error.message) || ('code' in error && lostConnection.test(String(error.code)));
}
