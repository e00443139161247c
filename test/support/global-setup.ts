import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import type { TestProject } from 'vitest/node';

import { startTestPostgres } from './postgres.js';
import { startTestRedis } from './redis.js';

declare module 'vitest' {
  export interface ProvidedContext {
    // Tests take these from `serviceUrl`, which gives each file services of its own.
    /** Row-level security does not bind this one: for arranging and for reading the catalogue. */
    superuserUrl: string;
    ownerUrl: string;
    appUrl: string;
    redisUrl: string | null;
  }
}

const ROOT = path.resolve(import.meta.dirname, '../..');

/** One PostgreSQL and one Redis for the whole run, on free ports of this machine's loopback. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // A closed terminal would end the process without the exit handlers that stop the servers.
  process.once('SIGHUP', () => process.exit(129));
  const stops: (() => Promise<void>)[] = [];
  const stopAll = async () => {
    await Promise.all(stops.map((stop) => stop()));
  };
  try {
    const folder = path.join(ROOT, '.tmp', 'test');
    // A server would make it for its own user alone, and there are tests in which another one enters.
    await mkdir(folder, { recursive: true });
    const [postgres, redis] = await Promise.allSettled([
      startTestPostgres(folder, project.vitest.config.maxWorkers),
      startTestRedis(folder, path.join(ROOT, '.cache', 'redis')),
    ]);
    for (const service of [postgres, redis]) if (service.status === 'fulfilled') stops.push(service.value.stop);
    if (postgres.status === 'rejected') throw postgres.reason;
    if (redis.status === 'rejected') throw redis.reason;
    project.provide('superuserUrl', postgres.value.superuserUrl);
    project.provide('ownerUrl', postgres.value.ownerUrl);
    project.provide('appUrl', postgres.value.appUrl);
    project.provide('redisUrl', redis.value.url);
    return stopAll;
  } catch (error) {
    await stopAll();
    throw error;
  }
}
