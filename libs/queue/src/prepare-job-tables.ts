import { createPostgresBackend, withBackend } from 'bullmq';
import pg from 'pg';
import { jobsSchema } from './backend.js';

/**
 * Creates or updates the tables in which jobs wait where there is no Redis, and lets the application's role
 * use them. Idempotent. They belong to the owner, like every other table.
 * @param options.databaseUrl the owner's.
 */
export async function prepareJobTables({ databaseUrl, role }: { databaseUrl: string; role: string }): Promise<void> {
  const { Queue } = withBackend(createPostgresBackend);
  const queue = new Queue('setup', {
    connection: { connectionString: databaseUrl, schema: jobsSchema, migrate: true, max: 1 },
  });
  await queue.waitUntilReady();
  await queue.close();
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const [schema, grantee] = [pg.escapeIdentifier(jobsSchema), pg.escapeIdentifier(role)];
    await client.query(`
      GRANT USAGE ON SCHEMA ${schema} TO ${grantee};
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${grantee};
      GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA ${schema} TO ${grantee};
      GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${schema} TO ${grantee};`);
  } finally {
    await client.end();
  }
}
