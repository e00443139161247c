import type { UsageInterval } from '@calkeep/contract';

export const usageRanges = ['24h', '7d', '30d', '90d'] as const;
export type UsageRange = (typeof usageRanges)[number];

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

interface Span {
  readonly interval: UsageInterval;
  readonly ms: number;
}

const spans = {
  '24h': { interval: 'hour', ms: dayMs },
  '7d': { interval: 'hour', ms: 7 * dayMs },
  '30d': { interval: 'day', ms: 30 * dayMs },
  '90d': { interval: 'day', ms: 90 * dayMs },
} as const satisfies Record<UsageRange, Span>;

export function intervalOf(range: UsageRange): UsageInterval {
  return spans[range].interval;
}

/** As many whole intervals as the range is long; the one that runs now is the last. */
export function usageQueryOf(range: UsageRange, now = Date.now()): { interval: UsageInterval; from: string } {
  const { interval, ms } = spans[range];
  const width = interval === 'hour' ? hourMs : dayMs;
  return { interval, from: new Date(now - ms + width).toISOString() };
}
