import { unavailable, type AppError } from '@calkeep/platform';
import pg from 'pg';

/**
 * SQLSTATE classes and codes (PostgreSQL, appendix A) after which the same call may succeed a moment
 * later: connection exceptions, insufficient resources, operator intervention (shutdown, cancelled by
 * a timeout), and, by name, lock not available, conflicts of transactions, and a prepared statement that the
 * connection no longer knows, or knows already because the one that would have told us so failed.
 */
const transientClasses = new Set(['08', '53', '57']);
const conflictCodes = new Set(['40001', '40P01']);
const transientCodes = new Set([...conflictCodes, '55P03', '25P03', '26000', '42P05']);
/** What Prisma's adapter makes of errors of the socket. */
const transientKinds = new Set(['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout']);
/** Prisma's: server out of reach, timed out, connection closed, pool and transaction timeouts, write conflict. */
const transientPrismaCodes = /^P(1001|1002|1008|1017|2024|2028|2034)$/;

const lostConnection =
  /Connection terminated|connection error|Client was closed|timeout exceeded when trying to connect|Query read timeout|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT/;

/** The 503 that a failure of the database deserves, or `null` when it is a defect of ours. */
export function databaseFailure(error: unknown): AppError | null {
  return layersOf(error).some(isTransient) ? unavailable(error) : null;
}

/** Whether two transactions were in each other's way, so that one of them had to be undone: run again, it may succeed. */
export function isConflict(error: unknown): boolean {
  return layersOf(error).some((layer) => conflictCodes.has(sqlStateOf(layer)) || textAt(layer, 'code') === 'P2034');
}

/** The constraint that a statement would have violated (SQLSTATE class 23), or `null` if that is not what it failed of. */
export function violatedConstraint(error: unknown): string | null {
  return error instanceof pg.DatabaseError && error.code?.startsWith('23') ? (error.constraint ?? null) : null;
}

function isTransient(layer: object): boolean {
  const sqlState = sqlStateOf(layer);
  if (transientClasses.has(sqlState.slice(0, 2)) || transientCodes.has(sqlState)) return true;
  if (layer instanceof pg.DatabaseError) return false;
  const code = textAt(layer, 'code');
  return (
    transientPrismaCodes.test(code) ||
    transientKinds.has(textAt(layer, 'kind')) ||
    lostConnection.test(code) ||
    (layer instanceof Error && lostConnection.test(layer.message))
  );
}

/** Empty when this is no answer of the server. Prisma's adapter keeps the code of the driver's error beside its own. */
function sqlStateOf(layer: object): string {
  return layer instanceof pg.DatabaseError ? (layer.code ?? '') : textAt(layer, 'originalCode');
}

/** An error with everything that it wraps: as its cause, or where Prisma puts the error of its adapter. */
function layersOf(error: unknown): object[] {
  if (typeof error !== 'object' || error === null) return [];
  return [error, ...layersOf(at(error, 'cause') ?? at(at(error, 'meta'), 'driverAdapterError'))];
}

function textAt(value: object, name: string): string {
  const found = at(value, name);
  return typeof found === 'string' ? found : '';
}

function at(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
