import { usageBucketsDefault, usageBucketsMax, type TokenUsageQuery, type UsageInterval } from '@calkeep/contract';
import { AppError } from '@calkeep/platform';

const hourMs = 3_600_000;

/** Of UTC: a day of the hours that are counted. */
export const intervalMs: Record<UsageInterval, number> = { hour: hourMs, day: 24 * hourMs };

/** Whole intervals; `from` is in it, `to` is not. */
export interface UsageSpan {
  readonly interval: UsageInterval;
  readonly from: Date;
  readonly to: Date;
}

/** @throws AppError `invalid_request` for a span that is empty, or longer than is told at once. */
export function spanOf({ interval, from, to }: TokenUsageQuery, now: Date): UsageSpan {
  const ms = intervalMs[interval];
  // Up to now is through the interval that is running.
  const end = to === undefined ? (Math.floor(now.getTime() / ms) + 1) * ms : Math.ceil(Date.parse(to) / ms) * ms;
  const begin = from === undefined ? end - usageBucketsDefault[interval] * ms : Math.floor(Date.parse(from) / ms) * ms;
  if (begin >= end) throw refusal('too_big', 'must be before the end');
  const max = usageBucketsMax[interval];
  if (end - begin > max * ms) throw refusal('too_small', `must be at most ${max} ${interval}s before the end`);
  return { interval, from: new Date(begin), to: new Date(end) };
}

function refusal(code: string, message: string): AppError {
  return new AppError('invalid_request', { details: [{ path: 'from', code, message }] });
}
