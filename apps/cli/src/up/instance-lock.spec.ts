import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { acquireInstanceLock, findRunningInstance, type InstanceLock } from './instance-lock.js';

async function aDataDir(): Promise<string> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'calkeep-lock-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  return dataDir;
}

async function taken(dataDir: string): Promise<InstanceLock> {
  const result = await acquireInstanceLock(dataDir);
  if (!('lock' in result)) throw new Error('the lock is not free');
  onTestFinished(() => result.lock.release());
  return result.lock;
}

/** The lock file of a process that is gone; nothing listens on its port. */
async function leaveStaleLock(dataDir: string, controlPort = 1): Promise<void> {
  await writeFile(path.join(dataDir, 'up.json'), JSON.stringify({ pid: process.pid, controlPort, nonce: 'stale' }));
}

it('tells a second process who holds the lock', async () => {
  const dataDir = await aDataDir();
  const lock = await taken(dataDir);
  lock.publish({ baseUrl: 'http://localhost:3000', databaseUrl: 'postgres://owner@127.0.0.1/calkeep' });
  const runningInstance = {
    pid: process.pid,
    baseUrl: 'http://localhost:3000',
    databaseUrl: 'postgres://owner@127.0.0.1/calkeep',
  };
  expect(await acquireInstanceLock(dataDir)).toEqual({ runningInstance });
  expect(await findRunningInstance(dataDir)).toEqual(runningInstance);
});

it('keeps its file to its user, and removes it at release', async () => {
  const dataDir = await aDataDir();
  const lock = await taken(dataDir);
  expect((await stat(path.join(dataDir, 'up.json'))).mode & 0o777).toBe(0o600);
  await lock.release();
  expect(await readdir(dataDir)).toEqual([]);
  expect(await findRunningInstance(dataDir)).toBeNull();
});

it('gives the lock to exactly one of many that ask at once', async () => {
  const dataDir = await aDataDir();
  const results = await Promise.all(Array.from({ length: 20 }, () => acquireInstanceLock(dataDir)));
  const locks = results.flatMap((result) => ('lock' in result ? [result.lock] : []));
  onTestFinished(async () => void (await Promise.all(locks.map((lock) => lock.release()))));
  expect(locks).toHaveLength(1);
});

it('gives a dead holder’s lock to exactly one of many that ask at once', async () => {
  const dataDir = await aDataDir();
  await leaveStaleLock(dataDir);
  const results = await Promise.all(Array.from({ length: 20 }, () => acquireInstanceLock(dataDir)));
  const locks = results.flatMap((result) => ('lock' in result ? [result.lock] : []));
  onTestFinished(async () => void (await Promise.all(locks.map((lock) => lock.release()))));
  expect(locks).toHaveLength(1);
  expect(await readdir(dataDir)).toEqual(['up.json']);
});

it('takes over from a lock file that was cut off', async () => {
  const dataDir = await aDataDir();
  await writeFile(path.join(dataDir, 'up.json'), '{"pid":');
  await taken(dataDir);
});

it('is not fooled by another program on the port of a dead holder', async () => {
  const dataDir = await aDataDir();
  const server = createServer((socket) => socket.end('220 mail.example.com ready\r\n'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  await leaveStaleLock(dataDir, address !== null && typeof address === 'object' ? address.port : 1);
  await taken(dataDir);
});

it('tells nothing to who does not know the nonce', async () => {
  const dataDir = await aDataDir();
  await taken(dataDir);
  const file = path.join(dataDir, 'up.json');
  await writeFile(file, (await readFile(file, 'utf8')).replace(/"nonce":"./, '"nonce":"~'));
  expect(await findRunningInstance(dataDir)).toBeNull();
});
