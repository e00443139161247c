import { z } from 'zod';
import { instant, publicId } from '../common.js';
import { oneOf } from '../list-query.js';
import { isPageOrCursor, pageOrCursorError, walkPagination, walkParameters } from '../walk.js';

export const calendarProviders = ['google', 'microsoft', 'apple', 'caldav'] as const;
export const calendarAccountStatuses = ['ok', 'degraded', 'failing', 'disconnected'] as const;

export const calendarAccount = z
  .strictObject({
    id: publicId('calendarAccount'),
    provider: z.enum(calendarProviders),
    email: z.string(),
    status: z.enum(calendarAccountStatuses),
    lastSyncAt: instant.nullable().describe('Of the last synchronisation that succeeded; null before the first.'),
    lastErrorCode: z.string().nullable(),
    updatedAt: instant,
  })
  .meta({
    id: 'CalendarAccount',
    examples: [
      {
        id: 'cal_01m82nw2zbe008ytd69596mhp6',
        provider: 'google',
        email: 'ada@mail.example.com',
        status: 'ok',
        lastSyncAt: '2026-11-22T22:26:19.243Z',
        lastErrorCode: null,
        updatedAt: '2026-11-22T22:26:19.243Z',
      },
    ],
  });
export type CalendarAccount = z.output<typeof calendarAccount>;

export const calendarAccountSorts = ['-createdAt', 'createdAt', '-updatedAt', 'updatedAt'] as const;
export type CalendarAccountSort = (typeof calendarAccountSorts)[number];

export const calendarAccountsQuery = z
  .strictObject({
    ...walkParameters,
    sort: oneOf(calendarAccountSorts).default('-createdAt'),
  })
  .refine(isPageOrCursor, pageOrCursorError);
export type CalendarAccountsQuery = z.output<typeof calendarAccountsQuery>;

export const calendarAccountsData = z.strictObject({
  calendarAccounts: z.array(calendarAccount),
  pagination: walkPagination,
});
