import { AppError, type Clock } from '@calkeep/platform';
import { LRUCache } from 'lru-cache';
import { addressBlock } from './caller-address.js';
import { type BucketContents, refill, secondsUntil, take } from './token-bucket.js';
import type { Quota } from './principal.js';

const quota: Quota = { requests: 60, windowSeconds: 60 };
/** Bounds the memory: past it the address that failed longest ago is forgotten. */
const addressesMax = 50_000;

/**
 * Step 2: who guesses is slowed down. Counts failed authentications per address (an IPv6 /64 is one), in
 * this process, because a refusal must not cost a look-up anywhere. A good credential from the same
 * address still passes: only failures are counted, and only failures are answered with 429.
 */
export class FailureBrake {
  readonly #buckets = new LRUCache<string, BucketContents>({ max: addressesMax, ttl: quota.windowSeconds * 1000 });
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts a failure and says how it is to be answered: as it is, or with 429 once there were too many. */
  answer(failure: AppError, address: string): AppError {
    const key = addressBlock(address);
    const now = this.#clock.now();
    const bucket = refill(this.#buckets.get(key), quota, now);
    const isTaken = take(bucket, quota);
    this.#buckets.set(key, bucket);
    if (isTaken) return failure;
    return new AppError('rate_limited', {
      message: 'Too many failed authentications from this address.',
      headers: { 'Retry-After': String(secondsUntil(bucket, quota, { requests: 1, now })) },
    });
  }
}
