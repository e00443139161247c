// What a newcomer meets: `npm start`, the printed curl line, Ctrl-C, and everything that can go wrong around them.

import { execFile, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cp, readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

import { contactsData, meData, successEnvelope, type Scope } from '@calkeep/contract';
import { findFreePort, findRedisServer } from '@calkeep/local-services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { isRunning, runCalkeep, startCalkeep } from './calkeep-process.js';
import { aPlace, BARE_PATH, get, readDemo, READY, tokenOf, up, type DemoFile, type Place } from './up-place.js';
import { serviceUrl } from '../support/service-url.js';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** A data folder as a first start leaves it. */
let templateDir = '';

beforeAll(async () => {
  const build = spawnSync(process.execPath, ['tools/build.mjs'], { cwd: ROOT, encoding: 'utf8' });
  if (build.status !== 0) throw new Error(`${build.stdout}${build.stderr}`);
  templateDir = path.join(ROOT, '.tmp', 'e2e', randomUUID());
  const env = { PATH: BARE_PATH, CALKEEP_DATA_DIR: templateDir, PORT: String(await findFreePort()) };
  const calkeep = startCalkeep(['up'], env);
  await calkeep.untilPrinted(READY).finally(() => calkeep.end('SIGTERM'));
}, 120_000);

afterAll(() => rm(templateDir, { recursive: true, force: true }));

/** One that has been started before. */
async function aUsedPlace(env: Record<string, string> = {}): Promise<Place> {
  const place = await aPlace(env);
  await cp(templateDir, place.dataDir, { recursive: true });
  return place;
}

it('starts on a bare machine, and the printed curl line answers with contacts', { timeout: 90_000 }, async () => {
  const place = await aPlace();
  const calkeep = await up(place);
  const [, url, curl = ''] = await calkeep.untilPrinted(READY);
  expect(url).toBe(`http://localhost:${place.env['PORT']}`);
  expect(calkeep.output()).toMatch(/✔ Redis +not found: one API process/);

  const { stdout } = await paste(curl);
  const { data } = successEnvelope(contactsData).parse(JSON.parse(stdout));
  expect(data.contacts).toHaveLength(3);
  expect(data.pagination.total).toBeGreaterThan(200);
});

describe('demo.json', () => {
  it(
    'is private and tells of every workspace, user and token that the contract promises',
    { timeout: 90_000 },
    async () => {
      const place = await aPlace();
      await up(place);
      const demo = await readDemo(place);
      expect((await stat(path.join(place.dataDir, 'demo.json'))).mode & 0o777).toBe(0o600);
      expect((await stat(path.join(place.dataDir, 'secrets.json'))).mode & 0o777).toBe(0o600);
      expect(demo.baseUrl).toBe(`http://localhost:${place.env['PORT']}`);
      const shape = demo.workspaces.map(({ name, plan, users, tokens }) => ({
        name,
        plan,
        roles: users.map(({ role }) => role),
        tokens: tokens.map(({ label }) => label),
      }));
      const everybody = ['owner', 'member', 'auditor'];
      const tokens = ['Full access', 'Contacts read-only', 'Sandbox'];
      expect(shape).toEqual([
        { name: 'Acme', plan: 'business', roles: everybody, tokens },
        { name: 'Globex', plan: 'enterprise', roles: everybody, tokens },
        { name: 'Initech', plan: 'free', roles: ['owner'], tokens: [] },
        { name: 'Benchmark', plan: 'enterprise', roles: ['owner'], tokens: ['Full access'] },
      ]);
      for (const workspace of demo.workspaces) {
        for (const { token, scopes: granted } of workspace.tokens)
          await expectWorking(demo, workspace.id, token, granted);
      }
      await expectSandbox(demo);
    },
  );

  async function expectWorking(demo: DemoFile, workspaceId: string, token: string, granted: Scope[]): Promise<void> {
    const response = await get(demo, 'me', token);
    expect(response.status).toBe(200);
    const { data } = successEnvelope(meData).parse(await response.json());
    expect(data.token.mode).toBe(token.startsWith('ck_test_') ? 'test' : 'live');
    expect([...data.token.scopes].sort()).toEqual([...granted].sort());
    expect(data.issuer).not.toBeNull();
    if (data.token.mode === 'live') expect(data.workspace.id).toBe(workspaceId);
  }

  async function expectSandbox(demo: DemoFile): Promise<void> {
    const ids = async (label: string) => {
      const response = await get(demo, 'contacts?limit=200', tokenOf(demo, 'Acme', label));
      const { data } = successEnvelope(contactsData).parse(await response.json());
      return data.contacts.map(({ id }) => id);
    };
    const [live, sandbox] = [await ids('Full access'), await ids('Sandbox')];
    expect(sandbox.length).toBeGreaterThan(10);
    expect(sandbox.filter((id) => live.includes(id))).toEqual([]);
  }
});

it('keeps data and credentials from start to start', { timeout: 90_000 }, async () => {
  const place = await aUsedPlace();
  const { workspaces } = await readDemo(place);
  await up(place);
  expect(await readDemo(place)).toEqual({ baseUrl: `http://localhost:${place.env['PORT']}`, workspaces });
  expect((await get(await readDemo(place), 'me')).status).toBe(200);
});

it('makes new credentials for the same data when demo.json was lost', { timeout: 90_000 }, async () => {
  const place = await aUsedPlace();
  const lost = await readDemo(place);
  await rm(path.join(place.dataDir, 'demo.json'));
  await up(place);
  const demo = await readDemo(place);
  expect((await get(demo, 'me')).status).toBe(200);
  expect((await get(demo, 'me', tokenOf(lost, 'Acme'))).status).toBe(401);
  const counts = await get(demo, 'contacts?limit=1');
  expect(successEnvelope(contactsData).parse(await counts.json()).data.pagination.total).toBe(480);
});

it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  'stops everything on %s, in good order',
  { timeout: 90_000 },
  async (signal) => {
    const place = await aUsedPlace();
    const calkeep = await up(place);
    const postgres = await postgresPid(place);
    expect(await calkeep.end(signal)).toBe(0);
    expect(await isRunning(postgres)).toBe(false);
    await expect(fetch(`http://localhost:${place.env['PORT']}/health/live`)).rejects.toThrow('fetch failed');
    expect(await readdir(place.dataDir)).not.toContain('up.json');
    expect(await readFile(path.join(place.dataDir, 'logs', 'postgres.log'), 'utf8')).toContain(
      'database system is shut down',
    );
  },
);

it('starts again after it was killed outright', { timeout: 90_000 }, async () => {
  const place = await aUsedPlace();
  const killed = await up(place);
  const orphan = await postgresPid(place);
  await killed.end('SIGKILL');
  const calkeep = await up(place);
  expect(await isRunning(orphan)).toBe(false);
  expect((await get(await readDemo(place), 'me')).status).toBe(200);
  expect(await calkeep.end('SIGTERM')).toBe(0);
});

it('starts the API again when that was killed', { timeout: 90_000 }, async () => {
  const place = await aUsedPlace();
  const calkeep = await up(place);
  const demo = await readDemo(place);
  const { stdout } = await promisify(execFile)('ps', ['-o', 'pid=', '--ppid', String(calkeep.pid)]);
  const postgres = await postgresPid(place);
  const [api = 0] = stdout
    .trim()
    .split(/\s+/)
    .map(Number)
    .filter((pid) => pid !== postgres);
  process.kill(api, 'SIGKILL');
  await calkeep.untilPrinted(/the API was ended by SIGKILL; starting it again/);
  await expect
    .poll(
      () =>
        get(demo, 'me').then(
          ({ status }) => status,
          () => 0,
        ),
      { timeout: 20_000 },
    )
    .toBe(200);
});

describe('beside a running one', () => {
  it('says so and leaves it alone, and loads contacts into it', { timeout: 90_000 }, async () => {
    const place = await aUsedPlace();
    const running = await up(place);
    const second = runCalkeep(['up'], place.env);
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain(
      `already running at http://localhost:${place.env['PORT']} (process ${running.pid},`,
    );

    const load = runCalkeep(['load', '--workspaces', '2', '--contacts', '20500', '--json'], place.env);
    expect(await load.ended).toBe(0);
    const json = load.output().slice(load.output().indexOf('{\n'), load.output().lastIndexOf('}') + 1);
    const { workspaces } = z
      .object({ workspaces: z.array(z.object({ token: z.string() })).length(2) })
      .parse(JSON.parse(json));
    const demo = await readDemo(place);
    for (const { token } of workspaces) {
      const response = await get(demo, 'contacts?page=411', token);
      const { data } = successEnvelope(contactsData).parse(await response.json());
      expect(data.pagination).toMatchObject({ total: 20_500, totalPages: 410 });
    }
    expect((await get(demo, 'me')).status).toBe(200);
  });

  it('lets one of two that start at once win', { timeout: 90_000 }, async () => {
    const place = await aUsedPlace();
    const both = [runCalkeep(['up'], place.env), runCalkeep(['up'], place.env)];
    await Promise.any(both.map((calkeep) => calkeep.untilPrinted(READY)));
    const loser = await Promise.race(both.map((calkeep) => calkeep.ended.then((code) => ({ code, calkeep }))));
    expect(loser.code).toBe(1);
    expect(loser.calkeep.output()).toMatch(/is just starting|already running/);
    expect((await get(await readDemo(place), 'me')).status).toBe(200);
  });
});

it('uses the Redis of REDIS_URL', { timeout: 90_000 }, async ({ skip }) => {
  const redisUrl = serviceUrl('redisUrl');
  if (redisUrl === null) return skip('there is no Redis here');
  const place = await aUsedPlace({ REDIS_URL: redisUrl });
  const calkeep = await up(place);
  expect(calkeep.output()).toMatch(/✔ Redis +REDIS_URL/);
  expect((await get(await readDemo(place), 'me')).status).toBe(200);
});

it(
  'starts a Redis from the PATH, and finds its orphan after it was killed outright',
  { timeout: 90_000 },
  async ({ skip }) => {
    if ((await findRedisServer({ env: process.env })) === null) return skip('there is no Redis on the PATH');
    const place = await aUsedPlace({ PATH: process.env['PATH'] ?? '' });
    const killed = await up(place);
    expect(killed.output()).toMatch(/✔ Redis +private server/);
    const orphan = z.object({ pid: z.int() }).parse(JSON.parse(await readFile(redisStateFile(place), 'utf8'))).pid;
    await killed.end('SIGKILL');
    const calkeep = await up(place);
    expect(await isRunning(orphan)).toBe(false);
    expect(await calkeep.end('SIGINT')).toBe(0);
    expect(await readdir(path.dirname(redisStateFile(place)))).toEqual([]);
  },
);

it('uses, migrates and fills the database of DATABASE_URL', { timeout: 90_000 }, async () => {
  const host = await aUsedPlace();
  await up(host);
  const secrets = z
    .object({ superuserPassword: z.string() })
    .parse(JSON.parse(await readFile(path.join(host.dataDir, 'secrets.json'), 'utf8')));
  const port = (await readFile(path.join(host.dataDir, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[3];
  const databaseUrl = `postgres://postgres:${secrets.superuserPassword}@127.0.0.1:${port}/template1`;
  const guest = await aPlace({ DATABASE_URL: databaseUrl });
  const calkeep = await up(guest);
  expect(calkeep.output()).toMatch(/✔ Database +DATABASE_URL/);
  expect((await get(await readDemo(guest), 'me')).status).toBe(200);
});

function redisStateFile({ dataDir }: Place): string {
  return path.join(dataDir, 'redis', 'private-redis.json');
}

async function postgresPid({ dataDir }: Place): Promise<number> {
  return Number.parseInt(await readFile(path.join(dataDir, 'postgres', 'postmaster.pid'), 'utf8'), 10);
}

/** Runs a line as a shell does that it was pasted into. Where curl is missing, a function of that name makes the call. */
function paste(line: string): Promise<{ stdout: string }> {
  const call = `const [, , header, url] = process.argv.slice(1);
    const [name, value] = header.split(": ");
    fetch(url, { headers: { [name]: value } }).then(async (answer) => console.log(await answer.text()));`;
  const standIn = `command -v curl >/dev/null || curl() { '${process.execPath}' -e '${call}' -- "$@"; }`;
  return promisify(execFile)('sh', ['-c', `${standIn}\n${line}`]);
}
