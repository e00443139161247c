import type { CalendarAccountRow } from './rows.js';
import type { MakeContext } from './make-context.js';
import { between, dayMs, instantOf, minuteMs } from './pick.js';

const providers = ['google', 'microsoft', 'apple', 'caldav'] as const;
/** One of each kind of trouble, among those that are well. */
const states = [
  { status: 'ok', errorCode: null, behindMinutesMax: 15 },
  { status: 'ok', errorCode: null, behindMinutesMax: 15 },
  { status: 'degraded', errorCode: 'quota_exceeded', behindMinutesMax: 240 },
  { status: 'failing', errorCode: 'token_expired', behindMinutesMax: 2_880 },
  { status: 'ok', errorCode: null, behindMinutesMax: 15 },
  { status: 'disconnected', errorCode: 'access_revoked', behindMinutesMax: 14_400 },
] as const;

/** `count` connected accounts, oldest first. */
export function makeCalendarAccounts(context: MakeContext, count: number): CalendarAccountRow[] {
  const { faker, nowMs, nextUuid, host } = context;
  const domain = host.email.slice(host.email.indexOf('@'));
  return Array.from({ length: count }, (_, index) => {
    const createdMs = nowMs - Math.round(((count - index) / (count + 1)) * 300) * dayMs;
    const { status, errorCode, behindMinutesMax } = states[index % states.length] ?? states[0];
    const syncedMs = nowMs - between(faker, 1, behindMinutesMax) * minuteMs;
    return {
      id: nextUuid(createdMs),
      provider: providers[index % providers.length] ?? 'google',
      email: `calendar-${index + 1}${domain}`,
      status,
      last_sync_at: instantOf(syncedMs),
      last_error_code: errorCode,
      created_at: instantOf(createdMs),
      updated_at: instantOf(syncedMs),
    };
  });
}
