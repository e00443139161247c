import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { secretSettings } from './secrets.js';

const main = path.resolve(import.meta.dirname, '../../apps/api/dist/worker.js');

export interface WorkerProcess {
  /** Everything that it has logged so far. */
  logs(): string;
  /** @returns the exit code. */
  stop(): Promise<number | null>;
  kill(): Promise<void>;
}

/** One worker process as it is deployed: built code, told of nothing but its environment. */
export async function startWorker(options: {
  databaseUrl: string;
  redisUrl: string;
  env?: Record<string, string>;
}): Promise<WorkerProcess> {
  const child = fork(main, [], {
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'test',
      DATABASE_URL: options.databaseUrl,
      REDIS_URL: options.redisUrl,
      ...secretSettings,
      ...options.env,
    },
  });
  let logged = '';
  child.stdout?.on('data', (chunk: Buffer) => (logged += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (logged += chunk.toString()));
  const exited = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    return exited;
  };
  const started = await Promise.race([once(child, 'message'), exited]);
  if (!Array.isArray(started)) throw new Error(`the worker ended with ${started} before it worked:\n${logged}`);
  return {
    logs: () => logged,
    stop: () => end('SIGTERM'),
    async kill() {
      await end('SIGKILL');
    },
  };
}
