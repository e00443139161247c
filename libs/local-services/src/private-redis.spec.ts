import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startPrivateRedis, type PrivateRedis } from './private-redis.js';
import { findProcess } from './processes.js';
import { askRedis } from './redis-client.js';
import { provideRedisServer } from './redis-download.js';

const ROOT = join(import.meta.dirname, '../../..');
const { binary } = await provideRedisServer({ cacheDir: join(ROOT, '.cache/redis'), env: process.env });

let folder = '';
let started: PrivateRedis[] = [];

beforeEach(async () => {
  await mkdir(join(ROOT, '.tmp'), { recursive: true });
  folder = await mkdtemp(join(ROOT, '.tmp', 'redis-'));
});

afterEach(async () => {
  await Promise.all(started.map((server) => server.stop()));
  started = [];
  await rm(folder, { recursive: true, force: true });
});

it('gives null where there is no server program', async () => {
  expect(await startPrivateRedis({ dataDir: join(folder, 'redis'), env: { PATH: folder } })).toBeNull();
  expect(await readdir(folder)).toEqual([]);
});

it('says what the program said when it does not start', async () => {
  await writeFile(join(folder, 'valkey-server'), '#!/bin/sh\necho no such luck >&2\nexit 1\n');
  await chmod(join(folder, 'valkey-server'), 0o755);

  await expect(startPrivateRedis({ dataDir: folder, env: { PATH: folder } })).rejects.toThrow('no such luck');
});

describe.runIf(binary !== null)('with a server program', () => {
  async function start(dataDir = join(folder, 'redis')): Promise<PrivateRedis> {
    const server = await startPrivateRedis({ dataDir, env: {}, ...(binary === null ? {} : { binary }) });
    if (server === null) throw new Error('a program was given');
    started.push(server);
    return server;
  }

  const passwordOf = (server: PrivateRedis) => new URL(server.url).password;

  it('answers with the password only, on 127.0.0.1 only, and neither evicts nor saves', async () => {
    const server = await start(join(folder, 'a "quoted" name'));
    const ask = (name: string) => askRedis({ port: server.port, password: passwordOf(server) }, [`CONFIG GET ${name}`]);

    expect(await ask('bind')).toContain('\r\n127.0.0.1\r\n');
    expect(await ask('maxmemory-policy')).toContain('noeviction');
    expect(await ask('save')).toContain('$0\r\n\r\n');
    expect(await ask('appendonly')).toContain('\r\nno\r\n');
    expect(await askRedis({ port: server.port, password: 'wrong' }, ['PING'])).not.toContain('PONG');
  });

  it('keeps the password off the command line', async () => {
    const server = await start();

    expect((await findProcess(server.pid))?.command).not.toContain(passwordOf(server));
  });

  it('leaves neither process nor file behind', async () => {
    const server = await start();

    await Promise.all([server.stop(), server.stop()]);

    expect(await findProcess(server.pid)).toBeNull();
    expect(await readdir(join(folder, 'redis'))).toEqual([]);
  });

  it('refuses a folder that a live server uses, and leaves that server alone', async () => {
    const server = await start();

    await expect(start()).rejects.toThrow(`in use by the process ${process.pid}`);

    expect(await findProcess(server.pid)).not.toBeNull();
  });

  it('leaves an unrelated process alone that has the noted id', async () => {
    const first = await start();
    const file = join(folder, 'redis', 'private-redis.json');
    const state = await readFile(file, 'utf8');
    await first.stop();
    const unrelated = spawn('sleep', ['60']);
    await writeFile(
      file,
      state.replace(`"pid":${first.pid},"ownerPid":${process.pid}`, `"pid":${unrelated.pid},"ownerPid":1`),
    );

    const second = await start();

    expect(second.pid).not.toBe(first.pid);
    expect(unrelated.exitCode ?? unrelated.signalCode).toBeNull();
    unrelated.kill();
  });

  it('starts after a note that a crash cut off', async () => {
    await mkdir(join(folder, 'redis'));
    await writeFile(join(folder, 'redis', 'private-redis.json'), '{"pid":1');

    expect((await start()).port).toBeGreaterThan(0);
  });
});
