import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEmbeddedPostgres, type EmbeddedPostgres, type EmbeddedPostgresOptions } from './embedded-postgres.js';
import { canEnter, chooseRunAs } from './postgres-run-as.js';
import { findChildren, findProcess } from './processes.js';

const TMP = join(import.meta.dirname, '../../../.tmp');
const NOBODY = { uid: 65534, gid: 65534 };
const FAST = { fsync: 'off', shared_buffers: '16MB' };
const isRoot = process.geteuid?.() === 0;
const hasNamespaces = await chooseRunAs({ dataDir: '/none', binariesDir: '/none' }).then(
  ({ prefix }) => prefix.length > 0,
  () => false,
);

let folder = '';
let started: EmbeddedPostgres[] = [];

beforeEach(async () => {
  await mkdir(TMP, { recursive: true });
  folder = await mkdtemp(join(TMP, 'pg-'));
  await chmod(folder, 0o711); // For root without user namespaces.
});

afterEach(async () => {
  await Promise.all(started.map((server) => server.stop()));
  started = [];
  await rm(folder, { recursive: true, force: true });
});

async function start(options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({
    dataDir: join(folder, 'data'),
    password: "s'cret/@",
    settings: FAST,
    ...options,
  });
  started.push(server);
  return server;
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

it('makes a fresh cluster that answers, in UTF-8 and UTC', async () => {
  const server = await start();

  expect(server.isFresh).toBe(true);
  const sql = `select lower('ÄÖ') as lower, current_setting('server_version_num')::int / 10000 as version,
    current_setting('listen_addresses') as listens, current_setting('unix_socket_directories') as sockets,
    current_setting('TimeZone') as zone, current_setting('fsync') as fsync`;
  expect(await query(server.url, sql)).toEqual([
    { lower: 'äö', version: 18, listens: '127.0.0.1', sockets: '', zone: 'UTC', fsync: 'off' },
  ]);
  expect(await readdir(folder)).toEqual(['data']);
});

it('lets nobody in without the password', async () => {
  const server = await start();

  await expect(query(server.url.replace(/:[^:]*@/, ':wrong@'), 'select 1')).rejects.toThrow(
    'password authentication failed',
  );
});

it('keeps the data for the next start, also by another name of the folder', async () => {
  const first = await start();
  await query(first.url, 'create table kept as select 42 as answer');
  await first.stop();
  await symlink(folder, join(folder, 'alias'));

  const second = await start({ dataDir: join(folder, 'alias', 'data') });

  expect(second.isFresh).toBe(false);
  expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
});

it('leaves no process behind', async () => {
  const server = await start();
  const pids = [server.pid, ...(await findChildren(server.pid)).map((child) => child.pid)];

  await Promise.all([server.stop(), server.stop()]);

  expect(pids.length).toBeGreaterThan(3);
  expect(await Promise.all(pids.map(findProcess))).toEqual(pids.map(() => null));
});

it('leaves no process behind when the password is not that of the folder', async () => {
  await (await start()).stop();
  const before = (await findChildren(process.pid)).length;

  await expect(start({ password: 'other' })).rejects.toThrow('password authentication failed');

  expect(await findChildren(process.pid)).toHaveLength(before);
});

it('refuses a folder that a live server uses, and leaves that server alone', async () => {
  const server = await start();

  await expect(start()).rejects.toThrow(`in use by the process ${process.pid}`);

  expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

it('starts after the server was killed', async () => {
  const server = await start();
  await query(server.url, 'create table kept as select 42 as answer');
  process.kill(server.pid, 'SIGKILL');
  await expect.poll(() => findProcess(server.pid)).toBeNull();

  const next = await start();

  expect(await query(next.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
});

it('starts in spite of a lock file whose process id belongs to another program', async () => {
  const server = await start();
  const lockFile = await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8');
  await server.stop();
  await writeFile(join(folder, 'data', 'postmaster.pid'), lockFile.replace(/^\d+/, String(process.ppid)));

  const next = await start();

  expect(await query(next.url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

it('makes one cluster when two starts meet on a new folder', async () => {
  const starts = await Promise.allSettled([start(), start()]);

  expect(starts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(starts.find(({ status }) => status === 'rejected')).toMatchObject({
    reason: { message: expect.stringContaining('in use') },
  });
});

it('clears away what a crash in the making of the cluster left', async () => {
  const abandoned = join(folder, 'data.init-abandoned');
  await mkdir(join(abandoned, 'data'), { recursive: true });
  await utimes(abandoned, 0, 0);

  const server = await start();

  expect(server.isFresh).toBe(true);
  expect(await readdir(folder)).toEqual(['data']);
});

it('does not touch a folder that holds something else', async () => {
  await mkdir(join(folder, 'data'));
  await writeFile(join(folder, 'data', 'thesis.txt'), '');

  await expect(start()).rejects.toThrow('something other than PostgreSQL data');

  expect(await readdir(join(folder, 'data'))).toEqual(['thesis.txt']);
});

it('says what the server said when it does not start', async () => {
  await expect(start({ settings: { shared_buffers: 'plenty' } })).rejects.toThrow(
    'invalid value for parameter "shared_buffers"',
  );
});

it.runIf(hasNamespaces || !isRoot)('works below a folder that only its user may enter', async () => {
  await chmod(folder, 0o700);

  const server = await start();

  expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

describe.runIf(isRoot && (await canEnter(join(import.meta.dirname, '../../../node_modules'), NOBODY)))(
  'as root',
  () => {
    it('runs as the user who owns the folder', async () => {
      await mkdir(join(folder, 'data'));
      await chown(join(folder, 'data'), NOBODY.uid, NOBODY.gid);

      await (await start()).stop();
      const server = await start();

      expect(server.isFresh).toBe(false);
      expect(await readFile(`/proc/${server.pid}/status`, 'utf8')).toMatch(/^Uid:\s+65534\s/m);
    });
  },
);
