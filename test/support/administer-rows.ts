import { Client } from 'pg';
import { inject } from 'vitest';

/** One statement past row-level security and every grant, as an operator has it. */
export async function administerRows(statement: string, values: unknown[] = []): Promise<void> {
  const client = new Client({ connectionString: inject('superuserUrl') });
  await client.connect();
  try {
    await client.query(statement, values);
  } finally {
    await client.end();
  }
}
