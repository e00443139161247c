import { z } from 'zod';
import { instant, publicId } from '../common.js';
import { oneOf } from '../list-query.js';
import { isPageOrCursor, pageOrCursorError, walkPagination, walkParameters } from '../walk.js';

export const calendarProviders = ['google', 'microsoft', 'apple', 'caldav'] as const;
export const calendarAccountStatuses = ['ok', 'degraded', 'failing', 'disconnected'] as const;

export const calendarAccount = z.strictObject({
  id: publicId('calendarAccount'),
  provider: z.enum(calendarProviders),
  email: z.string(),
  status: z.enum(calendarAccountStatuses),
  lastSyncAt: instant.nullable().describe('Of the last synchronisation that succeeded; null before the first.'),
  lastErrorCode: z.string().nullable(),
  updatedAt: instant,
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
