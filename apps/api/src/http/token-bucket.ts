import type { Quota } from './principal.js';

/**
 * The token bucket of every limit: it holds at most `requests`, refills by an even amount each second and
 * admits a burst of no more than its size. The Lua script in admission/ does the same arithmetic.
 *
 * Whole numbers only, so that waiting Retry-After is enough to the unit: a request costs `windowSeconds`
 * units, and each second brings `requests` of them. Refills come at whole seconds from the bucket's
 * own start, which loses nothing (Retry-After counts whole seconds) and makes a burst exact: in the
 * second after the first request of a full bucket nothing is added.
 */
export interface BucketContents {
  units: number;
  /** Milliseconds; the moment up to which refills are counted. */
  at: number;
}

/** The bucket as it stands now; one that nobody knows is full. */
export function refill(known: BucketContents | undefined, quota: Quota, now: number): BucketContents {
  const capacity = quota.requests * quota.windowSeconds;
  if (!known) return { units: capacity, at: now };
  const seconds = Math.max(0, Math.floor((now - known.at) / 1000));
  const units = Math.min(capacity, known.units + seconds * quota.requests);
  return units === capacity ? { units, at: now } : { units, at: known.at + seconds * 1000 };
}

/** Takes one request out, or nothing if there is none left. */
export function take(bucket: BucketContents, quota: Quota): boolean {
  if (bucket.units < quota.windowSeconds) return false;
  bucket.units -= quota.windowSeconds;
  return true;
}

export function remaining(bucket: BucketContents, quota: Quota): number {
  return Math.floor(bucket.units / quota.windowSeconds);
}

/** Whole seconds, at least 1, until the bucket holds this many requests. */
export function secondsUntil(
  bucket: BucketContents,
  quota: Quota,
  { requests, now }: { requests: number; now: number },
): number {
  const missing = requests * quota.windowSeconds - bucket.units;
  const refills = Math.ceil(Math.max(0, missing) / quota.requests);
  return Math.max(1, Math.ceil((bucket.at + refills * 1000 - now) / 1000));
}

/** Whole seconds until the bucket is full, 0 for one that is. */
export function secondsUntilFull(bucket: BucketContents, quota: Quota, now: number): number {
  const isFull = bucket.units === quota.requests * quota.windowSeconds;
  return isFull ? 0 : secondsUntil(bucket, quota, { requests: quota.requests, now });
}
