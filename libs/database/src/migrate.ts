// Invariant: a database is migrated the same way by this file and by `prisma migrate deploy`. Same history
// table, same checksums, same advisory lock, same refusals, so either may follow the other. Prisma's own
// engine is not used because it is a native binary fetched from the network; a test compares the two.

import { randomUUID } from 'node:crypto';

import { type Client, DatabaseError } from 'pg';

import {
  checksumOf,
  defaultMigrationsDir,
  matchesChecksum,
  type MigrationFile,
  readMigrationFiles,
} from './migration-files.js';
import { withClient } from './with-client.js';

export interface MigrateOptions {
  /** The owner's URL, straight to PostgreSQL: a pooler in transaction mode cannot hold the lock. */
  databaseUrl: string;
  migrationsDir?: string;
  onApplied?: (name: string) => void;
}

export interface MigrateResult {
  applied: string[];
  /** Local migrations that the database already had. */
  alreadyApplied: number;
  /** What `migrate deploy` passes over in silence: applied migrations edited since, or missing here. */
  warnings: string[];
}

/** Nothing of the migration that failed was kept, save what its script committed by itself. */
export class MigrationError extends Error {
  override name = 'MigrationError';
}

interface HistoryRow {
  migration_name: string;
  checksum: string;
  started_at: Date;
  finished_at: Date | null;
  rolled_back_at: Date | null;
  logs: string | null;
}

/** Prisma's key, so that its tools and this one wait for each other. */
const LOCK_KEY = 72_707_369;
const LOCK_TIMEOUT = '60s';

/**
 * Applies the migrations that the database does not have yet, in order, each script in one implicit
 * transaction. Safe to run from several processes at once: all but one wait, and then find nothing to do.
 *
 * @throws MigrationError when an earlier migration failed and was not resolved, when the database has tables
 * but no history, when the lock is not to be had within a minute, or when a script fails.
 */
export async function migrate(options: MigrateOptions): Promise<MigrateResult> {
  const files = readMigrationFiles(options.migrationsDir ?? defaultMigrationsDir());
  return withClient(options.databaseUrl, async (client) => {
    await acquireLock(client);
    await createHistoryTable(client);
    const history = await readHistory(client);
    refuseFailedMigrations(history);
    const done = new Map(history.filter((row) => !row.rolled_back_at).map((row) => [row.migration_name, row]));
    const pending = files.filter((file) => !done.has(file.name));
    for (const file of pending) {
      await apply(client, file);
      options.onApplied?.(file.name);
    }
    return {
      applied: pending.map((file) => file.name),
      alreadyApplied: files.length - pending.length,
      warnings: differences(files, done),
    };
  });
}

async function acquireLock(client: Client): Promise<void> {
  try {
    await client.query(`SET lock_timeout = '${LOCK_TIMEOUT}'`);
    await client.query('SELECT pg_advisory_lock($1)', [LOCK_KEY]);
    await client.query('RESET lock_timeout');
  } catch (cause) {
    if (!(cause instanceof DatabaseError) || cause.code !== '55P03') throw cause;
    throw new MigrationError(`Another migration has been running on this database for more than ${LOCK_TIMEOUT}.`, {
      cause,
    });
  }
}

/** As Prisma does, takes only an empty database for a new one: tables without a history are someone else's. */
async function createHistoryTable(client: Client): Promise<void> {
  const { rows } = await client.query<{ relname: string }>(
    `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'`,
  );
  if (rows.some((row) => row.relname === '_prisma_migrations')) return;
  if (rows.length > 0) {
    throw new MigrationError(
      'The database has tables but no migration history. Use an empty database, or record what it has with ' +
        '`prisma migrate resolve --applied`.',
    );
  }
  await client.query(`CREATE TABLE public._prisma_migrations (
    id                      VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum                VARCHAR(64) NOT NULL,
    finished_at             TIMESTAMPTZ,
    migration_name          VARCHAR(255) NOT NULL,
    logs                    TEXT,
    rolled_back_at          TIMESTAMPTZ,
    started_at              TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count     INTEGER NOT NULL DEFAULT 0
  )`);
}

async function readHistory(client: Client): Promise<HistoryRow[]> {
  const { rows } = await client.query<HistoryRow>(
    `SELECT migration_name, checksum, started_at, finished_at, rolled_back_at, logs
     FROM public._prisma_migrations ORDER BY started_at`,
  );
  return rows;
}

function refuseFailedMigrations(history: HistoryRow[]): void {
  const failed = history.filter((row) => !row.finished_at && !row.rolled_back_at);
  if (failed.length === 0) return;
  const details = failed.map(
    (row) => `${row.migration_name}, started ${row.started_at.toISOString()}: ${row.logs?.trim() || 'no logs'}`,
  );
  throw new MigrationError(
    `Migrations failed earlier or were cut off, and nothing new is applied until they are resolved ` +
      `(\`prisma migrate resolve --rolled-back NAME\` or \`--applied NAME\`):\n${details.join('\n')}`,
  );
}

/** The row is there before the script runs: a process that dies in the middle leaves a trace that the next one sees. */
async function apply(client: Client, { name, script }: MigrationFile): Promise<void> {
  const id = randomUUID();
  await client.query('INSERT INTO public._prisma_migrations (id, checksum, migration_name) VALUES ($1, $2, $3)', [
    id,
    checksumOf(script),
    name,
  ]);
  try {
    await client.query(script);
  } catch (cause) {
    const logs = describe(cause, script);
    // A script may open a transaction of its own; the failure is recorded outside of it.
    await client.query('ROLLBACK');
    await client.query('UPDATE public._prisma_migrations SET logs = $2 WHERE id = $1', [id, logs]);
    throw new MigrationError(`Migration ${name} failed: ${logs}`, { cause });
  }
  await client.query(
    `UPDATE public._prisma_migrations SET applied_steps_count = applied_steps_count + 1, finished_at = clock_timestamp()
     WHERE id = $1`,
    [id],
  );
}

function describe(error: unknown, script: string): string {
  if (!(error instanceof DatabaseError)) return String(error);
  const line = error.position ? ` at line ${script.slice(0, Number(error.position)).split('\n').length}` : '';
  return [`${error.message} (SQLSTATE ${error.code})${line}`, error.detail, error.hint, error.where]
    .filter(Boolean)
    .join('\n');
}

/** Neither stops a deployment: an older release must be able to start on a newer database. */
function differences(files: MigrationFile[], done: Map<string, HistoryRow>): string[] {
  const edited = files.flatMap(({ name, script }) => {
    const row = done.get(name);
    return row && !matchesChecksum(script, row.checksum) ? [`${name} was edited after it was applied.`] : [];
  });
  const local = new Set(files.map((file) => file.name));
  const missing = [...done.keys()]
    .filter((name) => !local.has(name))
    .map((name) => `${name} is applied but not in this release.`);
  return [...edited, ...missing];
}
