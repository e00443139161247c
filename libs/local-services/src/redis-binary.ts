import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findExecutable } from './executables.js';

const NAMES = ['redis-server', 'valkey-server'];

/** A Redis-compatible server program. */
export interface RedisBinary {
  path: string;
  /** What the program needs beside its arguments: PATH, and LD_LIBRARY_PATH when it is not installed in the system. */
  env: Record<string, string>;
}

/** `redis-server`, else `valkey-server`, on the PATH of `env`; null when there is neither. */
export async function findRedisServer({ env }: { env: NodeJS.ProcessEnv }): Promise<RedisBinary | null> {
  const searchPath = env['PATH'] ?? '';
  for (const name of NAMES) {
    const path = await findExecutable(name, searchPath);
    if (path !== null) return { path, env: { PATH: searchPath } };
  }
  return null;
}

/** Whether the program runs at all: its libraries are found and it is made for this machine. */
export async function canRun({ path, env }: RedisBinary): Promise<boolean> {
  return promisify(execFile)(path, ['--version'], { env, timeout: 5_000 }).then(
    () => true,
    () => false,
  );
}
