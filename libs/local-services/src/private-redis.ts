import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { mkdir, realpath, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from './free-port.js';
import type { StopStep } from './processes.js';
import { findRedisServer, type RedisBinary } from './redis-binary.js';
import { askRedis, type RedisAddress } from './redis-client.js';
import { releaseRedisDir, redisStateFile, type RedisState } from './redis-state.js';
import { startServiceProcess, type ServiceProcess } from './service-process.js';

const ATTEMPTS = 4;
const START_TIMEOUT_MS = 10_000;
const PASSING_FAULT = /Address already in use/;
/** An orderly shutdown; with nothing to save it takes milliseconds. */
const STOP_STEPS: readonly [StopStep, ...StopStep[]] = [{ signal: 'SIGTERM', waitMs: 5_000 }];

export interface PrivateRedisOptions {
  /** The server's own folder; made when missing. */
  dataDir: string;
  /** Its PATH is where the server is looked for. */
  env: NodeJS.ProcessEnv;
  /** Instead of one on the PATH. */
  binary?: RedisBinary;
  /** A free one when left out. */
  port?: number;
  onLog?: (line: string) => void;
}

export interface PrivateRedis {
  /** With the password, which is made anew at each start. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Returns when the process is gone. Bounded at about 10 s. */
  stop(): Promise<void>;
}

/**
 * Starts a private Redis (or Valkey) that listens on 127.0.0.1 only, asks for a password, keeps nothing on disk and never
 * evicts, and returns when it answers; null when there is no server program. A server left by a crashed owner of the same
 * folder is stopped first. Throws LocalServiceError when the folder is in use or the server does not start.
 */
export async function startPrivateRedis(options: PrivateRedisOptions): Promise<PrivateRedis | null> {
  const binary = options.binary ?? (await findRedisServer({ env: options.env }));
  if (binary === null) return null;
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  const dataDir = await realpath(options.dataDir);
  await releaseRedisDir(dataDir, STOP_STEPS);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(options, binary, dataDir);
    } catch (error) {
      const isPassing = error instanceof Error && PASSING_FAULT.test(error.message);
      if (!isPassing || attempt === ATTEMPTS) throw error;
      await sleep(250 * attempt);
    }
  }
}

async function startOnce(options: PrivateRedisOptions, binary: RedisBinary, dataDir: string): Promise<PrivateRedis> {
  const port = options.port ?? (await findFreePort());
  const password = randomBytes(24).toString('hex');
  const server = await startServiceProcess({
    command: binary.path,
    args: ['-'], // The configuration comes by standard input: arguments are for all to see.
    input: configuration(dataDir, { port, password }),
    env: binary.env,
    cwd: dataDir,
    stopSteps: STOP_STEPS,
    onLog: options.onLog,
  });
  const stop = async () => {
    await server.stop();
    await rm(redisStateFile(dataDir), { force: true });
  };
  try {
    // At once and in one go: a crash from here on leaves a server that can be found.
    const state: RedisState = { pid: server.pid, ownerPid: process.pid, port, password };
    writeFileSync(redisStateFile(dataDir), JSON.stringify(state), { mode: 0o600 });
    await waitUntilReady(server, { port, password });
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `redis://:${password}@127.0.0.1:${port}`, port, pid: server.pid, stop };
}

function configuration(dataDir: string, { port, password }: RedisAddress): string {
  return `
    bind 127.0.0.1
    port ${port}
    requirepass ${password}
    dir ${JSON.stringify(dataDir)}
    save ""
    appendonly no
    maxmemory-policy noeviction
  `.replaceAll(/^ +/gm, '');
}

async function waitUntilReady(server: ServiceProcess, address: RedisAddress): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    if (server.hasExited()) throw await server.failure('Redis did not start');
    // Refused until it listens; each try is bounded.
    const reply = await askRedis(address, ['PING']).catch(() => '');
    if (reply.includes('+PONG')) return;
    await sleep(20);
  }
  throw await server.failure(`Redis did not answer after ${START_TIMEOUT_MS / 1000} s`);
}
