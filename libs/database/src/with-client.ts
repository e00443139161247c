import { Client } from 'pg';

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Runs `work` on one session of its own and ends it afterwards, whatever happens, and with it every lock
 * and setting of the session. For administration; requests use the pool.
 */
export async function withClient<T>(databaseUrl: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: 'calkeep-admin',
  });
  // A lost connection rejects the running query, which reports it; unheard, the event would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end();
  }
}
