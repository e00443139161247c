import pg from 'pg';
import { CliError } from './cli-error.js';
import { reasonOf } from './with-reason.js';

/**
 * Runs `work` on one session of the owner's (or an administrator's) and ends it, whatever happens. Not bound to a workspace:
 * it is for setting up, and row-level security still asks it for a workspace where the role is no superuser.
 * @throws CliError when the database cannot be reached.
 */
export async function withOwner<T>(databaseUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: 10_000,
    application_name: 'calkeep-cli',
  });
  // A lost connection rejects the running query, which reports it; unheard, the event would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect().catch((cause: unknown) => {
      throw new CliError(`The database at ${client.host}:${client.port} cannot be used: ${reasonOf(cause)}`, { cause });
    });
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
