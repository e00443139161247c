import { AppError, type Clock } from '@calkeep/platform';
import { LRUCache } from 'lru-cache';
import { addressBlock } from './caller-address.js';
import { type BucketContents, refill, remaining, secondsUntil, take } from './token-bucket.js';
import type { Quota } from './principal.js';

const quota: Quota = { requests: 60, windowSeconds: 60 };
/** Bounds the memory: past it the address that failed longest ago is forgotten. */
const addressesMax = 50_000;

/**
 * Step 2: who guesses is slowed down. Counts failed authentications per address (an IPv6 /64 is one), in
 * this process, because a refusal must not cost a look-up anywhere. A good credential from the same
 * address still passes: only failures are counted, and only failures are answered with 429.
 *
 * To tell a good credential that this process has not seen from a guess takes a look-up, so an address that
 * is braked has as many of those as it had failures, and then none.
 */
export class FailureBrake {
  readonly #failures = newBuckets();
  readonly #lookUps = newBuckets();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts a failure and says how it is to be answered: as it is, or with 429 once there were too many. */
  answer(failure: AppError, address: string): AppError {
    return this.#count(this.#failures, address) ?? failure;
  }

  /** @throws AppError `rate_limited` when this address may not have another credential looked up. */
  beforeLookUp(address: string): void {
    const now = this.#clock.now();
    const failures = refill(this.#failures.get(addressBlock(address)), quota, now);
    if (remaining(failures, quota) > 0) return;
    const refusal = this.#count(this.#lookUps, address);
    if (refusal) throw refusal;
  }

  /** Takes one out of the address' bucket; the refusal when there is none left. */
  #count(buckets: Buckets, address: string): AppError | null {
    const key = addressBlock(address);
    const now = this.#clock.now();
    const bucket = refill(buckets.get(key), quota, now);
    const isTaken = take(bucket, quota);
    buckets.set(key, bucket);
    if (isTaken) return null;
    return refusalAfter(secondsUntil(bucket, quota, { requests: 1, now }));
  }
}

/** By their Retry-After, of which there are as many as seconds in the window. */
const refusals = new Map<number, AppError>();

function refusalAfter(seconds: number): AppError {
  const known = refusals.get(seconds);
  if (known) return known;
  const refusal = new AppError('rate_limited', {
    message: 'Too many failed authentications from this address.',
    headers: { 'Retry-After': String(seconds) },
  });
  refusals.set(seconds, refusal);
  return refusal;
}

type Buckets = LRUCache<string, BucketContents>;

function newBuckets(): Buckets {
  // At a finer resolution than a second it would start a timer for nearly every failure.
  return new LRUCache({ max: addressesMax, ttl: quota.windowSeconds * 1000, ttlResolution: 1_000 });
}
