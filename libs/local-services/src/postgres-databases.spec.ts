import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.js';
import { createDatabase, ensureOwner } from './postgres-databases.js';

const TMP = join(import.meta.dirname, '../../../.tmp');
let folder = '';
let superuserUrl = '';
let stop: EmbeddedPostgres['stop'] = async () => undefined;

beforeAll(async () => {
  await mkdir(TMP, { recursive: true });
  folder = await mkdtemp(join(TMP, 'pg-databases-'));
  await chmod(folder, 0o711); // For root without user namespaces.
  const server = await startEmbeddedPostgres({
    dataDir: join(folder, 'data'),
    password: 'secret',
    settings: { fsync: 'off' },
  });
  superuserUrl = server.url;
  stop = server.stop;
});

afterAll(async () => {
  await stop();
  await rm(folder, { recursive: true, force: true });
});

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

it('gives an owner who owns the database and is bound by row level security, called four times at once and again', async () => {
  const request = { superuserUrl, database: 'calkeep', ownerPassword: `p'w/:@%41` };

  await Promise.all(Array.from({ length: 4 }, () => ensureOwner(request)));
  const url = await ensureOwner(request);

  const sql = `select current_user as "user", current_database() as database, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb,
    pg_get_userbyid(datdba) as owner
    from pg_roles, pg_database where rolname = current_user and datname = current_database()`;
  expect(await query(url, sql)).toEqual([
    {
      user: 'calkeep_owner',
      database: 'calkeep',
      rolsuper: false,
      rolbypassrls: false,
      rolcreaterole: true,
      rolcreatedb: false,
      owner: 'calkeep_owner',
    },
  ]);
});

it('takes a new password for the owner', async () => {
  const request = { superuserUrl, database: 'rotated' };
  const before = await ensureOwner({ ...request, ownerPassword: 'one' });

  const after = await ensureOwner({ ...request, ownerPassword: 'two' });

  await expect(query(before, 'select 1')).rejects.toThrow('password authentication failed');
  expect(await query(after, 'select 1 as one')).toEqual([{ one: 1 }]);
});

it('creates a database of any name once', async () => {
  const name = 'with "quotes" and blanks';

  const urls = await Promise.all([1, 2].map(() => createDatabase(superuserUrl, name)));

  expect(await query(urls[0] ?? '', 'select current_database() as name')).toEqual([{ name }]);
});
