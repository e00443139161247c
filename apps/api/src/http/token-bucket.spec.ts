import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Quota } from './principal.js';
import { refill, remaining, secondsUntil, secondsUntilFull, take, type BucketContents } from './token-bucket.js';

const quotas = fc.record({
  requests: fc.integer({ min: 1, max: 500 }),
  windowSeconds: fc.integer({ min: 1, max: 120 }),
});
/** Milliseconds between one request and the next. */
const pauses = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 5_000 })), { minLength: 1, maxLength: 400 });
const start = 1_795_413_706_342;

describe('a token bucket', () => {
  it('admits a burst of exactly its size', () => {
    fc.assert(
      fc.property(quotas, fc.integer({ min: 0, max: 999 }), (quota, elapsedMs) => {
        const bucket = new Bucket(quota);
        const attempts = Array.from({ length: quota.requests + 20 }, (_, index) =>
          bucket.try(index === 0 ? 0 : elapsedMs),
        );
        expect(attempts.filter(Boolean)).toHaveLength(quota.requests);
      }),
    );
  });

  it('admits in any span no more than its size and what the span refills', () => {
    fc.assert(
      fc.property(quotas, pauses, (quota, gaps) => {
        const bucket = new Bucket(quota);
        const admittedAt = timesOf(gaps).filter((at) => bucket.try(at));
        for (const [index, from] of admittedAt.entries()) {
          const last = admittedAt.at(-1) ?? from;
          const seconds = Math.floor((last - from) / 1000) + 1;
          const bound = quota.requests + (seconds * quota.requests) / quota.windowSeconds;
          expect(admittedAt.length - index).toBeLessThanOrEqual(bound);
        }
      }),
    );
  });

  it('is refilled evenly: an empty one gives back its share of every second, and all of it after a window', () => {
    fc.assert(
      fc.property(quotas, fc.integer({ min: 0, max: 200 }), (quota, seconds) => {
        const bucket = new Bucket(quota);
        bucket.drain();
        const expected = Math.min(quota.requests, Math.floor((seconds * quota.requests) / quota.windowSeconds));
        expect(bucket.remainingAt(seconds * 1000)).toBe(expected);
      }),
    );
  });

  it('says a wait that is enough, is at least a second, and is no longer than it must be', () => {
    fc.assert(
      fc.property(quotas, pauses, (quota, gaps) => {
        const bucket = new Bucket(quota);
        const times = timesOf(gaps);
        for (const at of times) bucket.try(at);
        const now = times.at(-1) ?? 0;
        bucket.drain(now);
        const wait = bucket.secondsUntilNext(now);
        expect(wait).toBeGreaterThanOrEqual(1);
        expect(bucket.copy().try(now + (wait - 1) * 1000)).toBe(false);
        expect(bucket.copy().try(now + wait * 1000)).toBe(true);
      }),
    );
  });

  it('tells when it is full again, and 0 for a full one', () => {
    fc.assert(
      fc.property(quotas, fc.integer({ min: 1, max: 500 }), (quota, taken) => {
        const bucket = new Bucket(quota);
        expect(bucket.secondsUntilFull(0)).toBe(0);
        for (let count = 0; count < Math.min(taken, quota.requests); count++) bucket.try(0);
        const wait = bucket.secondsUntilFull(0);
        expect(bucket.remainingAt(wait * 1000)).toBe(quota.requests);
        expect(wait).toBeLessThanOrEqual(quota.windowSeconds);
      }),
    );
  });

  it('charges nothing for what it refuses', () => {
    const bucket = new Bucket({ requests: 2, windowSeconds: 10 });
    bucket.drain();
    for (let count = 0; count < 50; count++) expect(bucket.try(100)).toBe(false);
    expect(bucket.remainingAt(10_000)).toBe(2);
  });

  it('neither fills nor fails when the clock goes back', () => {
    const bucket = new Bucket({ requests: 2, windowSeconds: 10 });
    bucket.drain(60_000);
    expect(bucket.try(0)).toBe(false);
    expect(bucket.try(64_999)).toBe(false);
    expect(bucket.try(65_000)).toBe(true);
  });
});

function timesOf(gaps: readonly number[]): number[] {
  let at = 0;
  return gaps.map((gap) => (at += gap));
}

/** One bucket on a time line that begins at 0. */
class Bucket {
  #contents: BucketContents | undefined;

  constructor(
    private readonly quota: Quota,
    contents?: BucketContents,
  ) {
    this.#contents = contents;
  }

  copy(): Bucket {
    return new Bucket(this.quota, this.#contents && { ...this.#contents });
  }

  try(at: number): boolean {
    this.#contents = refill(this.#contents, this.quota, start + at);
    return take(this.#contents, this.quota);
  }

  drain(at = 0): void {
    while (this.try(at));
  }

  remainingAt(at: number): number {
    return remaining(refill(this.#contents, this.quota, start + at), this.quota);
  }

  secondsUntilNext(at: number): number {
    return secondsUntil(refill(this.#contents, this.quota, start + at), this.quota, { requests: 1, now: start + at });
  }

  secondsUntilFull(at: number): number {
    return secondsUntilFull(refill(this.#contents, this.quota, start + at), this.quota, start + at);
  }
}
