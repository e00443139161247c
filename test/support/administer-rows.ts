import { Client } from 'pg';
import { serviceUrl } from './service-url.js';

/** One statement past row-level security and every grant, as an operator has it. */
export async function administerRows(statement: string, values: unknown[] = []): Promise<void> {
  const client = new Client({ connectionString: serviceUrl('superuserUrl') });
  await client.connect();
  try {
    await client.query(statement, values);
  } finally {
    await client.end();
  }
}
