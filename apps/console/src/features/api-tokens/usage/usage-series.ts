import type { TokenUsageReport } from '@calkeep/contract';
import { intervalOf, type UsageRange } from './usage-range.js';

export const seriesNames = ['succeeded', 'clientErrors', 'rateLimited', 'serverErrors'] as const;
export type SeriesName = (typeof seriesNames)[number];
export type UsageCounts = Readonly<Record<SeriesName, number>>;

export interface UsagePoint extends UsageCounts {
  readonly at: string;
  readonly label: string;
  readonly requests: number;
}

const hour = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const hourOfDay = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });

/** Those that a limit refused are told apart from the other client errors: the four add up. */
export function countsOf(counts: UsageCounts): UsageCounts {
  const { succeeded, clientErrors, rateLimited, serverErrors } = counts;
  return { succeeded, clientErrors: clientErrors - rateLimited, rateLimited, serverErrors };
}

export function pointsOf({ buckets }: TokenUsageReport, range: UsageRange): UsagePoint[] {
  return buckets.map((bucket) => ({
    at: bucket.at,
    label: labelOf(bucket.at, range),
    requests: bucket.requests,
    ...countsOf(bucket),
  }));
}

function labelOf(at: string, range: UsageRange): string {
  const date = new Date(at);
  if (intervalOf(range) === 'day') return day.format(date);
  return range === '24h' ? hour.format(date) : hourOfDay.format(date);
}
