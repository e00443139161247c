import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import path from 'node:path';

import { errorLines } from './log-lines.js';
import { secretSettings } from './secrets.js';
import { redisBeside, serviceUrl } from './service-url.js';

const main = path.resolve(import.meta.dirname, '../../apps/api/dist/main.js');

export interface ApiProcess {
  baseUrl: string;
  pid: number;
  /** What has been read of its log so far. Lines are written together, so the last ones may be missing. */
  logs(): string;
  /** Everything that it has logged of what it has answered so far. */
  settledLogs(): Promise<string>;
  stop(): Promise<number | null>;
  /** The IPC channel closes, as when the parent is gone. @returns the exit code. */
  leave(): Promise<number | null>;
  kill(): Promise<void>;
}

export interface ApiProcessOptions {
  databaseUrl?: string;
  /** `none`, or a URL; without it the part of the run's Redis beside the database. */
  redisUrl?: string;
  env?: Record<string, string>;
}

/** One API process as it is deployed: built code, its own port, told of nothing but its environment. */
export async function startApi(options: ApiProcessOptions = {}): Promise<ApiProcess> {
  const child = fork(main, [], {
    // The test runner's own flags would have it load sources.
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'test',
      HOST: '127.0.0.1',
      PORT: '0',
      DATABASE_URL: options.databaseUrl ?? serviceUrl('appUrl'),
      REDIS_URL: options.redisUrl ?? redisBeside(options.databaseUrl ?? serviceUrl('appUrl')),
      ...secretSettings,
      // Weak on purpose, as the hashes of the tests' users.
      ARGON2_MEMORY_KIBIBYTES: '1024',
      // Lets a test speak as any address, so that tests do not share the brake on failed authentications.
      TRUSTED_PROXIES: '127.0.0.1',
      ...options.env,
    },
  });
  let logged = '';
  child.stdout?.on('data', (chunk: Buffer) => (logged += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (logged += chunk.toString()));
  // Not 'exit': by 'close' everything that it logged has been read.
  const exited = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  const baseUrl = await new Promise<string>((resolve, reject) => {
    child.once('message', (message: { url: string }) => resolve(message.url));
    void exited.then((code) => reject(new Error(`the API ended with ${code} before it listened:\n${logged}`)));
  });
  // To its tests a process that died is but a refused connection: this says why.
  void exited.then((code) => {
    if (code !== 0 && child.signalCode === null)
      process.stderr.write(`the API ended with ${code}:\n${errorLines(logged).join('\n')}\n`);
  });
  return {
    baseUrl,
    pid: child.pid ?? 0,
    logs: () => logged,
    async settledLogs() {
      // Lines come in order: when that of one request more is there, all before it are.
      const mark = randomUUID();
      await fetch(`${baseUrl}/api/v1/nowhere`, { headers: { 'X-Request-Id': mark } });
      for (let waitedMs = 0; !logged.includes(mark); waitedMs += 5) {
        if (waitedMs > 10_000) throw new Error('a request was not logged');
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      return logged;
    },
    async stop() {
      child.kill('SIGTERM');
      return exited;
    },
    async leave() {
      // No 'close' comes after a disconnect.
      const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
      child.disconnect();
      return exit;
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
