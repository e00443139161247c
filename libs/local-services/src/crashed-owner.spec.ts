import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import pg from 'pg';
import ts from 'typescript';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startEmbeddedPostgres } from './embedded-postgres.js';
import { startPrivateRedis } from './private-redis.js';
import { findProcess } from './processes.js';
import { provideRedisServer } from './redis-download.js';

const ROOT = join(import.meta.dirname, '../../..');
const { binary } = await provideRedisServer({ cacheDir: join(ROOT, '.cache/redis'), env: process.env });

let folder = '';

beforeEach(async () => {
  await mkdir(join(ROOT, '.tmp'), { recursive: true });
  folder = await mkdtemp(join(ROOT, '.tmp', 'crash-'));
  await chmod(folder, 0o711); // For root without user namespaces.
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** The sources as JavaScript, for an owner in a process of its own; not the build, which may be older. */
async function transpileSources(): Promise<void> {
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023, verbatimModuleSyntax: true };
  await mkdir(join(folder, 'js'));
  for (const name of await readdir(import.meta.dirname)) {
    if (name.endsWith('.spec.ts')) continue;
    const source = await readFile(join(import.meta.dirname, name), 'utf8');
    const { outputText } = ts.transpileModule(source, { compilerOptions });
    await writeFile(join(folder, 'js', name.replace(/ts$/, 'js')), outputText);
  }
}

/** Starts an owner of one server, ends it in the given way, and returns the pid of the server. */
async function crashOwner(start: string, ending: string): Promise<number> {
  await transpileSources();
  const script = `
    import * as services from './index.js';
    const server = await services.${start};
    console.log(server.pid);
    ${ending}`;
  await writeFile(join(folder, 'js', 'owner.js'), script);
  const owner = spawn(process.execPath, [join(folder, 'js', 'owner.js')], { stdio: ['ignore', 'pipe', 'inherit'] });
  return Number(await text(owner.stdout));
}

const KILLED = `process.kill(process.pid, 'SIGKILL')`;
const postgres = () => ({ dataDir: join(folder, 'pg'), password: 'secret' });
const redis = () => ({ dataDir: join(folder, 'redis'), env: {}, ...(binary === null ? {} : { binary }) });

it('PostgreSQL starts on the folder of an owner that was killed, whose server is stopped', async () => {
  const orphan = await crashOwner(`startEmbeddedPostgres(${JSON.stringify(postgres())})`, KILLED);
  expect(await findProcess(orphan)).not.toBeNull();

  const server = await startEmbeddedPostgres(postgres());

  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  expect((await client.query('select pg_is_in_recovery() as recovering')).rows).toEqual([{ recovering: false }]);
  await client.end();
  await server.stop();
  expect(await findProcess(orphan)).toBeNull();
  expect(server.isFresh).toBe(false);
});

it('PostgreSQL shuts down when its owner exits without stopping it', async () => {
  const pid = await crashOwner(`startEmbeddedPostgres(${JSON.stringify(postgres())})`, 'process.exit(3)');

  await expect.poll(() => findProcess(pid), { timeout: 10_000 }).toBeNull();
});

it.runIf(binary !== null)(
  'Redis starts on the folder of an owner that was killed, whose server is stopped',
  async () => {
    const orphan = await crashOwner(`startPrivateRedis(${JSON.stringify(redis())})`, KILLED);
    expect(await findProcess(orphan)).not.toBeNull();

    const server = await startPrivateRedis(redis());

    expect(await findProcess(orphan)).toBeNull();
    expect(server?.pid).not.toBe(orphan);
    await server?.stop();
  },
);
