import { mkdir, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { findFreePort } from './free-port.js';
import { preparePostgresBinaries } from './postgres-binaries.js';
import { ensureCluster, POSTGRES_ENV } from './postgres-cluster.js';
import { ownerArgs, POSTGRES_STOP_STEPS, readLockFile, releaseDataDir } from './postgres-lock-file.js';
import { chooseRunAs, type RunAs } from './postgres-run-as.js';
import { startServiceProcess, type ServiceProcess } from './service-process.js';

const ATTEMPTS = 4;
/** Long, since after a crash the server replays its log before it answers. */
const START_TIMEOUT_MS = 60_000;
/** Faults that pass: a port taken in between, a lock or shared memory of a server that is just going. */
const PASSING_FAULT = /could not bind|lock file "[^"]*" already exists|pre-existing shared memory block/;

const DEFAULT_SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '128MB',
  log_timezone: 'UTC',
  timezone: 'UTC',
};

export interface EmbeddedPostgresOptions {
  /**
   * The server's own folder; made when missing. Where root may not use user namespaces (most containers), the folders above
   * it must let the users `postgres` and `nobody` pass (0711).
   */
  dataDir: string;
  /** Of the superuser `postgres`; must be the same at every start on one folder. */
  password: string;
  /** A free one when left out. */
  port?: number;
  /** Server settings, as in postgresql.conf. */
  settings?: Readonly<Record<string, string>>;
  onLog?: (line: string) => void;
}

export interface EmbeddedPostgres {
  /** For the superuser `postgres`, whom row level security does not bind: for setting up only. */
  readonly url: string;
  readonly port: number;
  /** Of the postmaster; all other processes of the server are its direct children. */
  readonly pid: number;
  /** Whether this start made the data folder. */
  readonly isFresh: boolean;
  /** Fast shutdown; returns when no process is left. Bounded at about 25 s. */
  stop(): Promise<void>;
}

/**
 * Starts a private PostgreSQL 18 that listens on 127.0.0.1 only and asks for passwords (SCRAM), and returns when it
 * answers. A server left by a crashed owner of the same folder is stopped first. Throws LocalServiceError when the folder is
 * in use or the server cannot run here.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { initdb, postgres } = await preparePostgresBinaries();
  const dataDir = await canonicalPath(options.dataDir);
  const runAs = await chooseRunAs({ dataDir, binariesDir: dirname(postgres) });
  const isFresh = await ensureCluster({ dataDir, initdb, runAs, password: options.password });
  for (let attempt = 1; ; attempt += 1) {
    try {
      return { ...(await startOnce(options, { dataDir, postgres, runAs })), isFresh };
    } catch (error) {
      const isPassing = error instanceof Error && PASSING_FAULT.test(error.message);
      if (!isPassing || attempt === ATTEMPTS) throw error;
      await sleep(250 * attempt);
    }
  }
}

interface Place {
  dataDir: string;
  postgres: string;
  runAs: RunAs;
}

async function startOnce(options: EmbeddedPostgresOptions, place: Place): Promise<Omit<EmbeddedPostgres, 'isFresh'>> {
  const { dataDir } = place;
  await releaseDataDir(dataDir);
  const port = options.port ?? (await findFreePort());
  const url = `postgres://postgres:${encodeURIComponent(options.password)}@127.0.0.1:${port}/postgres`;
  const server = await launch(options, { ...place, port });
  try {
    await waitUntilReady(server, dataDir);
    await probe(url);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { url, port, pid: server.pid, stop: () => server.stop() };
}

function launch(options: EmbeddedPostgresOptions, place: Place & { port: number }): Promise<ServiceProcess> {
  const { dataDir, postgres, runAs, port } = place;
  const settings = { ...DEFAULT_SETTINGS, ...options.settings, port: String(port) };
  const [command = postgres, ...args] = [
    ...runAs.prefix,
    postgres,
    '-D',
    dataDir,
    ...ownerArgs(),
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  return startServiceProcess({
    command,
    args,
    env: POSTGRES_ENV,
    cwd: dataDir,
    stopSteps: POSTGRES_STOP_STEPS,
    onLog: options.onLog,
    ...runAs.user,
  });
}

/** pg_ctl's own way: the server notes its state in the lock file. */
async function waitUntilReady(server: ServiceProcess, dataDir: string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    if (server.hasExited()) throw await server.failure(`PostgreSQL did not start on ${dataDir}`);
    const lines = (await readLockFile(dataDir))?.split('\n') ?? [];
    if (lines[0] === String(server.pid) && lines[7]?.trim() === 'ready') return;
    await sleep(20);
  }
  throw await server.failure(`PostgreSQL was not ready on ${dataDir} after ${START_TIMEOUT_MS / 1000} s`);
}

/** Finds out now, and not at first use, that the password is not the folder's. */
async function probe(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  await client.end();
}

/** Without symbolic links, so that every start on a folder calls it by the same name. */
async function canonicalPath(dataDir: string): Promise<string> {
  const path = resolve(dataDir);
  await mkdir(dirname(path), { recursive: true });
  return realpath(path).catch(async () => join(await realpath(dirname(path)), basename(path)));
}
