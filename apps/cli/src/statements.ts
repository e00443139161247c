import type { RunStatement } from '@calkeep/database';
import type pg from 'pg';

/** The session as the functions see it that run in anybody's transaction. */
export function statements(client: pg.Client): RunStatement {
  return async (text, ...values) => (await client.query<object>(text, values)).rows;
}
