import type { Faker } from '@faker-js/faker';
import type { UuidSource } from './uuid-source.js';

/** What all rows of one workspace are made from. */
export interface MakeContext {
  /** Seeded, so that the demo is the same everywhere but for its dates. */
  faker: Faker;
  /** Milliseconds since the Unix epoch. */
  nowMs: number;
  nextUuid: UuidSource;
  timezone: string;
  /** Who receives the guests. */
  host: { name: string; email: string };
}
