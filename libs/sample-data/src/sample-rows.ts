import { makeBookings } from './make-bookings.js';
import { makeCalendarAccounts } from './make-calendar-accounts.js';
import { makeContacts } from './make-contacts.js';
import type { MakeContext } from './make-context.js';
import { makeReminders } from './make-reminders.js';
import { makeTasks } from './make-tasks.js';
import type { BookingRow, CalendarAccountRow, ContactRow, ReminderRow, TaskRow } from './rows.js';
import { createUuidSource } from './uuid-source.js';

export interface RowCounts {
  contacts: number;
  bookings: number;
  tasks: number;
  reminders: number;
  calendarAccounts: number;
}

/** What a sandbox has: enough to try each call on. */
export const sandboxCounts: RowCounts = { contacts: 24, bookings: 12, tasks: 10, reminders: 8, calendarAccounts: 2 };

export interface SampleRows {
  contacts: ContactRow[];
  bookings: BookingRow[];
  tasks: TaskRow[];
  reminders: ReminderRow[];
  calendarAccounts: CalendarAccountRow[];
}

export interface SampleRowsRequest extends Pick<MakeContext, 'nowMs' | 'timezone' | 'host'> {
  /** The same seed makes the same rows, but for their ids and dates. */
  seed: string;
}

/** Rows of a workspace that has been in use for a year. */
export async function makeSampleRows(request: SampleRowsRequest, counts: RowCounts): Promise<SampleRows> {
  // Loaded when it is needed: it is larger than all else here, and few processes ever need it.
  const { faker } = await import('@faker-js/faker/locale/en');
  faker.seed([...request.seed].map((character) => character.charCodeAt(0)));
  // Each table's ids are in order of their own times.
  const fresh = (): MakeContext => ({ ...request, faker, nextUuid: createUuidSource() });
  const contacts = makeContacts(fresh(), counts.contacts);
  const bookings = makeBookings(fresh(), contacts, counts.bookings);
  const tasks = makeTasks(fresh(), contacts, counts.tasks);
  const reminders = makeReminders(fresh(), { contacts, bookings, tasks }, counts.reminders);
  return {
    contacts,
    bookings,
    tasks,
    reminders,
    calendarAccounts: makeCalendarAccounts(fresh(), counts.calendarAccounts),
  };
}
