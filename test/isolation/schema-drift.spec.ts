import { readFileSync } from 'node:fs';

import type { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { connect, scratchDatabase, type ScratchDatabase } from '../support/database.js';
import { tablesOf, type Tables } from './prisma-models.js';
import { serviceUrl } from '../support/service-url.js';

const SCHEMA = readFileSync(new URL('../../prisma/schema.prisma', import.meta.url), 'utf8');

let scratch: ScratchDatabase;
beforeAll(async () => {
  scratch = await scratchDatabase();
});
afterAll(() => scratch.drop());

it('the Prisma schema has the tables, columns, types and nullability of the migrated database', async () => {
  const client = await connect(serviceUrl('superuserUrl'));

  expect(tablesOf(SCHEMA)).toEqual(await tablesIn(client));
});

it('the Prisma schema has the primary keys of the migrated database', async () => {
  const client = await connect(serviceUrl('superuserUrl'));

  expect(primaryKeysOf(SCHEMA)).toEqual(await primaryKeysIn(client));
});

it.each([
  ['a table more', 'CREATE TABLE extra (id uuid)'],
  ['a column more', 'ALTER TABLE contacts ADD COLUMN extra text'],
  ['a column less', 'ALTER TABLE contacts DROP COLUMN title'],
  ['another type', 'ALTER TABLE contacts ALTER COLUMN title TYPE varchar(80)'],
  ['another precision', 'ALTER TABLE contacts ALTER COLUMN created_at TYPE timestamptz'],
  ['another nullability', 'ALTER TABLE contacts ALTER COLUMN title SET NOT NULL'],
])('would notice %s in the database', async (_difference, statement) => {
  const client = await connect(scratch.superuserUrl);
  await client.query('BEGIN');
  await client.query(statement);

  expect(tablesOf(SCHEMA)).not.toEqual(await tablesIn(client));
});

async function tablesIn(client: Client): Promise<Tables> {
  const { rows } = await client.query<{ name: string; columns: Record<string, string> }>(
    `SELECT relname AS name,
            json_object_agg(attname, format_type(atttypid, atttypmod) || CASE WHEN attnotnull THEN ' not null' ELSE '' END)
              AS columns
     FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'f') AND attnum > 0 AND NOT attisdropped
       AND relname <> '_prisma_migrations'
     GROUP BY relname`,
  );
  return Object.fromEntries(rows.map((row) => [row.name, row.columns]));
}

async function primaryKeysIn(client: Client): Promise<Record<string, string>> {
  const { rows } = await client.query<{ name: string; key: string }>(
    `SELECT conrelid::regclass::text AS name, pg_get_constraintdef(oid) AS key
     FROM pg_constraint WHERE contype = 'p' AND connamespace = 'public'::regnamespace
       AND conrelid <> '_prisma_migrations'::regclass`,
  );
  return Object.fromEntries(rows.map((row) => [row.name, row.key]));
}

/** From `@@id([…])`, or else the field that carries `@id`; fields are translated to their columns. */
function primaryKeysOf(schema: string): Record<string, string> {
  const models = [...schema.matchAll(/^model \w+ \{\n(.*?)^\}/gms)];
  return Object.fromEntries(
    models.map(([, body = '']) => {
      const fields = /@@id\(\[([^\]]+)\]\)/.exec(body)?.[1] ?? /^ +(\w+) .* @id\b/m.exec(body)?.[1] ?? '';
      const columns = fields.split(/, */).map((field) => {
        const line = new RegExp(`^ +${field} .*$`, 'm').exec(body)?.[0] ?? '';
        return /@map\("(\w+)"\)/.exec(line)?.[1] ?? field;
      });
      return [/@@map\("(\w+)"\)/.exec(body)?.[1] ?? '', `PRIMARY KEY (${columns.join(', ')})`];
    }),
  );
}
