import { hash } from 'node:crypto';
import { Database } from '@calkeep/database';
import { AppError, type Clock } from '@calkeep/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { Quota } from '../http/principal.js';
import { CLOCK } from '../platform/tokens.js';
import { EmptyBuckets } from './empty-buckets.js';

/** A token bucket of attempts: what it counts, and for whom. */
export interface AttemptLimit {
  /** Of the limit, such as `password:account`. */
  readonly name: string;
  /** An account, an address block, or both. */
  readonly subject: string;
  readonly quota: Quota;
}

/**
 * Limits attempts at what can be guessed: passwords, codes, leaked tokens. Kept in PostgreSQL, so the count
 * is one over all processes and does not depend on Redis. An attempt is taken before it is tried, so that a
 * thousand at once are still a thousand.
 */
@Injectable()
export class Attempts {
  readonly #empty: EmptyBuckets;

  constructor(
    private readonly database: Database,
    @Inject(CLOCK) clock: Clock,
  ) {
    this.#empty = new EmptyBuckets(clock);
  }

  /** Takes one out of each bucket, or out of none. @throws AppError `rate_limited` */
  async take(limits: readonly AttemptLimit[]): Promise<void> {
    this.refuseKnown(limits);
    // The global table of attempts: nobody is known yet.
    const empty = await this.database.global<{ key: Buffer; wait: number }>(
      'select empty_key as key, wait_seconds as wait from app.take_attempt($1, $2, $3)',
      [limits.map(keyOf), limits.map(({ quota }) => quota.requests), limits.map(({ quota }) => quota.windowSeconds)],
    );
    for (const { key, wait } of empty) this.#empty.remember(key.toString('hex'), wait);
    if (empty.length > 0) throw refusal(Math.max(...empty.map(({ wait }) => wait)));
  }

  /** Refuses what is known to be refused, without asking and without taking. @throws AppError `rate_limited` */
  refuseKnown(limits: readonly AttemptLimit[]): void {
    const wait = this.#empty.waitSeconds(limits.map(nameOf));
    if (wait > 0) throw refusal(wait);
  }

  /** Gives back what an attempt that was right had taken. */
  async giveBack(limits: readonly AttemptLimit[]): Promise<void> {
    this.#empty.forget(limits.map(nameOf));
    await this.database.global(
      `update attempt_buckets set taken = greatest(0, taken - 1) where key in (${lockedKeys})`,
      [limits.map(keyOf)],
    );
  }

  /** Forgets the attempts that were wrong, because one was right. */
  async reset(limits: readonly AttemptLimit[]): Promise<void> {
    this.#empty.forget(limits.map(nameOf));
    await this.database.global(`delete from attempt_buckets where key in (${lockedKeys})`, [limits.map(keyOf)]);
  }
}

function refusal(waitSeconds: number): AppError {
  return new AppError('rate_limited', {
    message: 'Too many attempts; wait for the seconds that Retry-After names.',
    headers: { 'Retry-After': String(waitSeconds) },
  });
}

/** Buckets are locked in the order of their keys, here as by `take_attempt`: otherwise two calls could wait for each other. */
const lockedKeys = 'select key from attempt_buckets where key = any($1) order by key for update';

/** A hash: the table holds neither addresses nor accounts. */
function keyOf({ name, subject }: AttemptLimit): Buffer {
  return hash('sha256', `${name}:${subject}`, 'buffer');
}

function nameOf(limit: AttemptLimit): string {
  return keyOf(limit).toString('hex');
}
