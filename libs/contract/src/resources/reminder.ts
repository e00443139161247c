import { z } from 'zod';
import { instant, publicId } from '../common.js';
import { oneOf } from '../list-query.js';
import { timeBound } from '../time-bound.js';
import { isPageOrCursor, pageOrCursorError, walkPagination, walkParameters } from '../walk.js';

export const reminderStatuses = ['scheduled', 'sent', 'dismissed'] as const;

/** What a reminder is about. */
export const reminderTarget = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('contact'), id: publicId('contact') }),
  z.strictObject({ type: z.literal('booking'), id: publicId('booking') }),
  z.strictObject({ type: z.literal('task'), id: publicId('task') }),
]);
export type ReminderTarget = z.output<typeof reminderTarget>;

export const reminder = z
  .strictObject({
    id: publicId('reminder'),
    title: z.string(),
    dueAt: instant,
    status: z.enum(reminderStatuses),
    target: reminderTarget,
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({
    id: 'Reminder',
    description: 'Something to be reminded of, about a contact, a booking or a task.',
    examples: [
      {
        id: 'rem_01m82nw2zbe008ytd69596mhp5',
        title: 'Call back',
        dueAt: '2026-12-02T15:00:00.000Z',
        status: 'scheduled',
        target: { type: 'contact', id: 'con_01m82nw2zbe008ytd69596mhp2' },
        createdAt: '2026-11-22T22:26:19.243Z',
        updatedAt: '2026-11-22T22:26:19.243Z',
      },
    ],
  });
export type Reminder = z.output<typeof reminder>;

export const reminderSorts = ['-createdAt', 'createdAt', '-updatedAt', 'updatedAt', '-dueAt', 'dueAt'] as const;
export type ReminderSort = (typeof reminderSorts)[number];

export const remindersQuery = z
  .strictObject({
    ...walkParameters,
    status: oneOf(reminderStatuses).optional(),
    dueFrom: timeBound.optional().describe('Due at this time or later.'),
    dueTo: timeBound.optional().describe('Due before this time, which is excluded.'),
    sort: oneOf(reminderSorts).default('-createdAt'),
  })
  .refine(isPageOrCursor, pageOrCursorError);
export type RemindersQuery = z.output<typeof remindersQuery>;

export const reminderData = z.strictObject({ reminder });
export const remindersData = z.strictObject({ reminders: z.array(reminder), pagination: walkPagination });
