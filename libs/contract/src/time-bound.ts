import { z } from 'zod';

const error = 'must be an RFC 3339 time, such as 2026-01-31T12:00:00Z, given once';
/** Nothing of ours happened before; PostgreSQL knows no later year that RFC 3339 can write. */
const [earliestMs, latestMs] = [0, Date.parse('9999-12-31T23:59:59.999Z')];

/**
 * A bound in a query: `from` includes it, `to` excludes it. Comes out in UTC with whole milliseconds, rounded up: our times
 * being in whole milliseconds, exactly the same of them lie before it.
 */
export const timeBound = z.iso.datetime({ offset: true, error }).transform(toMilliseconds);

function toMilliseconds(text: string): string {
  const finer = /\.\d{3}(\d+)/.exec(text)?.[1] ?? '';
  const ms = Date.parse(text) + (/[1-9]/.test(finer) ? 1 : 0);
  return new Date(Math.min(Math.max(ms, earliestMs), latestMs)).toISOString();
}
