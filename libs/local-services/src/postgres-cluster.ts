import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { LocalServiceError } from './local-service-error.js';
import { giveTo, SYSTEM_PATH, type RunAs } from './postgres-run-as.js';

const INIT_TIMEOUT_MS = 120_000;

/** Messages in English, since some are read by this program; nothing inherited, since PGPORT and the like would interfere. */
export const POSTGRES_ENV = { PATH: SYSTEM_PATH, LC_ALL: 'C', TZ: 'UTC' };

export interface ClusterRequest {
  dataDir: string;
  initdb: string;
  runAs: RunAs;
  /** Of the superuser `postgres`. */
  password: string;
}

/**
 * Makes a database cluster in `dataDir` unless there is one; tells whether it did. UTF-8 with PostgreSQL's own C.UTF-8
 * locale: code point order, Unicode-aware `lower()`, the same on every system. The cluster is built beside its place and
 * moved there when complete, so that a crash in between leaves nothing that stops the next start.
 */
export async function ensureCluster(request: ClusterRequest): Promise<boolean> {
  const { dataDir, runAs } = request;
  if (await hasCluster(dataDir)) {
    if (runAs.user) await giveTo(runAs.user, dataDir);
    return false;
  }
  await removeAbandoned(dataDir);
  const workDir = await mkdtemp(`${dataDir}.init-`);
  try {
    await initialise(request, workDir);
    await rename(join(workDir, 'data'), dataDir);
    return true;
  } catch (error) {
    // Another process may have been faster: a folder that is not empty is never replaced.
    if (await hasCluster(dataDir)) return false;
    throw error;
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

async function hasCluster(dataDir: string): Promise<boolean> {
  await mkdir(dirname(dataDir), { recursive: true });
  const entries = await readdir(dataDir).catch((): string[] => []);
  if (entries.includes('PG_VERSION')) return true;
  if (entries.length === 0) return false;
  throw new LocalServiceError(
    `${dataDir} holds something other than PostgreSQL data; move it away or choose another folder`,
  );
}

async function initialise({ dataDir, initdb, runAs, password }: ClusterRequest, workDir: string): Promise<void> {
  const passwordFile = join(workDir, 'password');
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (runAs.user) await giveTo(runAs.user, workDir);
  const [command = initdb, ...args] = [
    ...runAs.prefix,
    initdb,
    `--pgdata=${join(workDir, 'data')}`,
    '--username=postgres',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-sync',
    '--no-instructions',
  ];
  const options = { cwd: workDir, env: POSTGRES_ENV, timeout: INIT_TIMEOUT_MS, ...runAs.user };
  await promisify(execFile)(command, args, options).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LocalServiceError(`PostgreSQL could not create ${dataDir}: ${reason}`, { cause: error });
  });
}

/** Removes what crashed attempts left. No attempt lasts longer than the timeout, so what is older is nobody's. */
async function removeAbandoned(dataDir: string): Promise<void> {
  const parent = dirname(dataDir);
  const names = (await readdir(parent)).filter((name) => name.startsWith(`${basename(dataDir)}.init-`));
  for (const path of names.map((name) => join(parent, name))) {
    const found = await stat(path).catch(() => null);
    if (found !== null && found.mtimeMs < Date.now() - 2 * INIT_TIMEOUT_MS)
      await rm(path, { recursive: true, force: true });
  }
}
