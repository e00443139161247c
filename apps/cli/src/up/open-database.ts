import { chmod } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { ensureOwner, startEmbeddedPostgres, type EmbeddedPostgres } from '@calkeep/local-services';
import { CliError } from '../cli-error.js';
import { withOwner } from '../with-owner.js';
import { prepareLogFile } from './log-file.js';
import type { Secrets } from './secrets.js';

const databaseName = 'calkeep';

export interface OpenDatabase {
  /** Migrates and seeds; never serves requests. */
  ownerUrl: string;
  /** For a person. */
  description: string;
  /** Of a server that this process started. */
  pid?: number;
  stop(): Promise<void>;
}

export interface OpenDatabaseRequest {
  databaseUrl: string | undefined;
  dataDir: string;
  secrets: Secrets;
}

/** The database of DATABASE_URL when that is set, else the embedded one of the data folder, started. @throws CliError */
export async function openDatabase({ databaseUrl, dataDir, secrets }: OpenDatabaseRequest): Promise<OpenDatabase> {
  if (databaseUrl !== undefined) return openGiven(databaseUrl);
  const folder = path.join(dataDir, 'postgres');
  // Where root runs PostgreSQL as another user, that user has to be able to pass through; the files are closed to it.
  if (process.geteuid?.() === 0) await chmod(dataDir, 0o711);
  const log = createWriteStream(await prepareLogFile(dataDir, 'postgres.log'), { flags: 'a', mode: 0o600 });
  const server = await startEmbeddedPostgres({
    dataDir: folder,
    password: secrets.superuserPassword,
    onLog: (line) => log.write(`${line}\n`),
  }).catch((error: unknown) => {
    throw explain(error, folder);
  });
  return { ...(await prepare(server, secrets)), pid: server.pid, stop: () => server.stop() };
}

async function prepare(server: EmbeddedPostgres, secrets: Secrets): Promise<{ ownerUrl: string; description: string }> {
  try {
    const ownerUrl = await ensureOwner({
      superuserUrl: server.url,
      database: databaseName,
      ownerPassword: secrets.ownerPassword,
    });
    return { ownerUrl, description: `embedded PostgreSQL${server.isFresh ? ', new' : ''}` };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function openGiven(databaseUrl: string): Promise<OpenDatabase> {
  const description = await withOwner(databaseUrl, async (client) => {
    const { rows } = await client.query<{ canAdminister: boolean }>(
      'select rolsuper or rolcreaterole as "canAdminister" from pg_roles where rolname = current_user',
    );
    if (!rows[0]?.canAdminister) {
      throw new CliError(
        `DATABASE_URL must be an owner's: its role has to be able to create the application's role (CREATEROLE).`,
      );
    }
    return `DATABASE_URL, ${client.host}:${client.port}/${client.database ?? ''}`;
  });
  return { ownerUrl: databaseUrl, description, stop: () => Promise.resolve() };
}

function explain(error: unknown, folder: string): unknown {
  const isWrongPassword = error instanceof Error && 'code' in error && error.code === '28P01';
  if (!isWrongPassword) return error;
  return new CliError(
    `The database in ${folder} does not take the password in secrets.json beside it. Restore that file, or delete ` +
      `${path.dirname(folder)} to start afresh.`,
    { cause: error },
  );
}
