import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { findExecutable } from './executables.js';
import { canRun, findRedisServer, type RedisBinary } from './redis-binary.js';

const TIMEOUT_MS = 120_000;
/** The server's package with the one that holds its program on some releases. */
const REDIS = ['redis-server', 'redis-tools'];
const VALKEY = ['valkey-server', 'valkey-tools'];

export interface RedisProvision {
  /** null when no server can be had here; `reason` then says why, in one line. */
  binary: RedisBinary | null;
  reason: string;
}

export interface RedisProvisionRequest {
  /** Where a downloaded server is kept and found again, and everything that the download needs. */
  cacheDir: string;
  env: NodeJS.ProcessEnv;
}

/**
 * A Redis-compatible server for tests: from the PATH; else one downloaded before; else, on Debian and Ubuntu, from the
 * distribution's packages, which are unpacked into `cacheDir`. Nothing is installed, no system file changes, root is not
 * needed. Takes two minutes at most and never throws for want of a server.
 */
export async function provideRedisServer({ cacheDir, env }: RedisProvisionRequest): Promise<RedisProvision> {
  const installed = await findRedisServer({ env });
  if (installed !== null) return { binary: installed, reason: '' };
  const home = join(resolve(cacheDir), 'server');
  const kept = await findUnpacked(home);
  if (kept !== null) return { binary: kept, reason: '' };
  try {
    await download(home, env);
  } catch (error) {
    return { binary: null, reason: firstLine(error) };
  }
  const binary = await findUnpacked(home);
  return { binary, reason: binary === null ? 'the downloaded redis-server does not run here' : '' };
}

async function download(home: string, env: NodeJS.ProcessEnv): Promise<void> {
  for (const tool of ['apt-get', 'dpkg-deb']) {
    if ((await findExecutable(tool, env['PATH'] ?? '')) === null)
      throw new Error(`no redis-server, and no ${tool} to get one`);
  }
  await mkdir(dirname(home), { recursive: true });
  await rm(home, { recursive: true, force: true }); // What is there does not run.
  const workDir = await mkdtemp(`${home}.tmp-`);
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const run: Run = async (command, args) => {
    await promisify(execFile)(command, args, { env: { ...env, LC_ALL: 'C' }, signal, maxBuffer: 16 << 20 });
  };
  try {
    await fetchPackages(workDir, run);
    await unpack(workDir, run);
    await rename(join(workDir, 'root'), home);
  } catch (error) {
    if (signal.aborted) throw new Error(`apt-get was not done after ${TIMEOUT_MS / 1000} s`, { cause: error });
    // Another process may have been faster; what it put there is as good.
    if ((await findUnpacked(home)) === null) throw error;
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

type Run = (command: string, args: readonly string[]) => Promise<void>;

/** With the system's package lists, which may be missing or out of date; then with fresh ones of our own. */
async function fetchPackages(workDir: string, run: Run): Promise<void> {
  const lists = join(workDir, 'lists');
  await mkdir(join(lists, 'partial'), { recursive: true });
  await mkdir(join(workDir, 'archives', 'partial'), { recursive: true });
  const cache = ['-o', `Dir::Cache=${workDir}`, '-o', 'Dir::Cache::archives=archives/'];
  const own = [...cache, '-o', `Dir::State::lists=${lists}`];
  await fetchServer(run, cache).catch(async () => {
    await run('apt-get', [...aptOptions(own), 'update']);
    await fetchServer(run, own);
  });
}

/** Rejects with what apt says of Redis when neither can be had. */
async function fetchServer(run: Run, options: readonly string[]): Promise<void> {
  // apt resolves the dependencies and leaves out what is installed. `--reinstall`, should the server itself be.
  const flags = ['--download-only', '--reinstall', '--no-install-recommends'];
  const fetch = (packages: string[]) => run('apt-get', [...aptOptions(options), ...flags, 'install', ...packages]);
  try {
    await fetch(REDIS);
  } catch (error) {
    await fetch(VALKEY).catch(() => {
      throw error;
    });
  }
}

function aptOptions(options: readonly string[]): string[] {
  // Nothing shared is written, so no lock of the system's is needed; and the cache may lie where apt's own user cannot go.
  const unprivileged = ['-o', 'Debug::NoLocking=1', '-o', 'APT::Sandbox::User=root'];
  const network = ['-o', 'Acquire::Retries=2', '-o', 'Acquire::http::Timeout=20', '-o', 'APT::Update::Error-Mode=any'];
  return ['-y', '-qq', ...network, ...unprivileged, ...options];
}

async function unpack(workDir: string, run: Run): Promise<void> {
  const archives = join(workDir, 'archives');
  for (const name of (await readdir(archives)).filter((file) => file.endsWith('.deb'))) {
    await run('dpkg-deb', ['-x', join(archives, name), join(workDir, 'root')]);
  }
}

async function findUnpacked(home: string): Promise<RedisBinary | null> {
  const found = await findRedisServer({ env: { PATH: join(home, 'usr', 'bin') } });
  if (found === null) return null;
  const files = await readdir(home, { recursive: true });
  const libraries = new Set(
    files.filter((file) => /\.so(\.\d+)*$/.test(file)).map((file) => join(home, dirname(file))),
  );
  const env: Record<string, string> = libraries.size === 0 ? {} : { LD_LIBRARY_PATH: [...libraries].join(':') };
  const binary = { path: found.path, env };
  return (await canRun(binary)) ? binary : null;
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n').find((line) => /^[EW]: /.test(line)) ?? message.split('\n')[0] ?? '';
}
