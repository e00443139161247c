import { inject } from 'vitest';
import { inDatabase, slotDatabase } from './database.js';

/**
 * Which of the test runner's processes this is, from 0. Each works off one file after the other, so what is its own is
 * one file's at a time: no other file's worker sends its mails, signs its logs or takes its jobs.
 */
const slot = Number(process.env['VITEST_POOL_ID'] ?? 1) - 1;

/** A database of the run's PostgreSQL, or the part of its Redis beside it, which no other file uses meanwhile. */
export function serviceUrl(name: 'superuserUrl' | 'ownerUrl' | 'appUrl'): string;
/** @returns null where no server can be had. */
export function serviceUrl(name: 'redisUrl'): string | null;
export function serviceUrl(name: 'superuserUrl' | 'ownerUrl' | 'appUrl' | 'redisUrl'): string | null {
  if (name === 'redisUrl') return redisPart(2 * slot);
  return inDatabase(inject(name), slotDatabase(slot));
}

/**
 * The part of Redis for processes on `databaseUrl`. Beside a database of a test's own it is another one, so that no
 * process is handed jobs about workspaces that its database does not have.
 */
export function redisBeside(databaseUrl: string): string {
  const isOwn = new URL(databaseUrl).pathname !== new URL(serviceUrl('appUrl')).pathname;
  return redisPart(isOwn ? 2 * slot + 1 : 2 * slot) ?? 'none';
}

function redisPart(index: number): string | null {
  const shared = inject('redisUrl');
  if (shared === null) return null;
  const url = new URL(shared);
  url.pathname = `/${index}`;
  return url.href;
}
