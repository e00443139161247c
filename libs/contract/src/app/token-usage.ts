import { z } from 'zod';
import { instant } from '../common.js';
import { oneOf } from '../list-query.js';
import { timeBound } from '../time-bound.js';

export const usageIntervals = ['hour', 'day'] as const;
export type UsageInterval = (typeof usageIntervals)[number];

/** How many of an interval are told at once: a month of hours, thirteen months of days. */
export const usageBucketsMax = { hour: 744, day: 400 } as const satisfies Record<UsageInterval, number>;
/** And how many there are when nobody says where to begin. */
export const usageBucketsDefault = { hour: 24, day: 30 } as const satisfies Record<UsageInterval, number>;

export const tokenUsageQuery = z.strictObject({
  interval: oneOf(usageIntervals).default('hour'),
  from: timeBound.optional().describe('The interval in which it lies is the first.'),
  to: timeBound.optional().describe('Excluded; without it everything up to now.'),
});
export type TokenUsageQuery = z.output<typeof tokenUsageQuery>;

const count = z.int().min(0);

const counts = {
  requests: count.describe('All of these together.'),
  succeeded: count.describe('Answered with a status of 200 to 399.'),
  clientErrors: count.describe('Answered with a status of 400 to 499.'),
  serverErrors: count.describe('Answered with a status of 500 or more.'),
  rateLimited: count.describe('Of the client errors, those that a limit refused.'),
};

export const tokenUsage = z.strictObject({
  interval: z.enum(usageIntervals),
  from: instant,
  to: instant.describe('Excluded.'),
  totals: z.strictObject(counts),
  buckets: z
    .array(z.strictObject({ at: instant, ...counts }))
    .describe('One for each interval, the oldest first, each with its beginning in UTC.'),
});
export type TokenUsageReport = z.output<typeof tokenUsage>;

export const tokenUsageData = z.strictObject({ usage: tokenUsage });
