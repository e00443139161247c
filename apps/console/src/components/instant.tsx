import { Tooltip } from '@mantine/core';

const steps: readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const absolute = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' });
const dayOnly = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' });

/** An instant as people say it, with the exact one behind it. @param at RFC 3339 */
export function Instant({ at, isExact = false }: { at: string; isExact?: boolean }) {
  const date = new Date(at);
  return (
    <Tooltip label={`${absolute.format(date)} (${Intl.DateTimeFormat().resolvedOptions().timeZone})`} withinPortal>
      <time dateTime={at} tabIndex={-1}>
        {isExact ? absolute.format(date) : sinceOrUntil(date)}
      </time>
    </Tooltip>
  );
}

/** "3 hours ago", "in 6 days". */
export function sinceOrUntil(date: Date, now = Date.now()): string {
  const seconds = (date.getTime() - now) / 1_000;
  for (const [unit, size] of steps) {
    if (Math.abs(seconds) >= size) return relative.format(Math.round(seconds / size), unit);
  }
  return seconds > 0 ? 'in a moment' : 'just now';
}

export function dayOf(at: string): string {
  return dayOnly.format(new Date(at));
}
