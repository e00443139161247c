import { rm } from 'node:fs/promises';
import path from 'node:path';

import { LocalServiceError, provideRedisServer, startPrivateRedis } from '@calkeep/local-services';

const RUNS_AT_ONCE_MAX = 8;

export interface TestRedis {
  /** null where no server can be had; the tests that need one are then reported as not run. */
  url: string | null;
  stop: () => Promise<void>;
}

/** A private Redis for the tests, its folder under `folder` until it is stopped; a downloaded server stays in `cacheDir`. */
export async function startTestRedis(folder: string, cacheDir: string): Promise<TestRedis> {
  const { binary, reason } = await provideRedisServer({ cacheDir, env: process.env });
  if (!binary) {
    console.warn(
      `\n!!! REDIS TESTS NOT RUN: ${reason}. Put a redis-server or valkey-server on the PATH (apt install redis-server).\n`,
    );
    return { url: null, stop: async () => undefined };
  }
  for (let place = 1; ; place += 1) {
    const dataDir = path.join(folder, `redis-${place}`);
    try {
      const server = await startPrivateRedis({ dataDir, env: process.env, binary });
      const stop = async () => {
        await server?.stop();
        await rm(dataDir, { recursive: true, force: true });
      };
      return { url: server?.url ?? null, stop };
    } catch (error) {
      const isInUse = error instanceof LocalServiceError && error.message.includes('is in use by');
      if (!isInUse || place === RUNS_AT_ONCE_MAX) throw error;
    }
  }
}
