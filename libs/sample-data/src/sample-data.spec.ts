import { bookingStatuses } from '@calkeep/contract';
import { faker } from '@faker-js/faker/locale/en';
import { expect, it } from 'vitest';
import { makeBookings } from './make-bookings.js';
import { makeCalendarAccounts } from './make-calendar-accounts.js';
import { makeContacts } from './make-contacts.js';
import type { MakeContext } from './make-context.js';
import { makeReminders } from './make-reminders.js';
import { makeTasks } from './make-tasks.js';
import { createUuidSource } from './uuid-source.js';

const nowMs = Date.parse('2026-05-06T07:08:09.010Z');

function aContext(): MakeContext {
  faker.seed(7);
  const host = { name: 'Ada Whitfield', email: 'admin@acme.test' };
  return { faker, nowMs, nextUuid: createUuidSource(), timezone: 'UTC', host };
}

function someRows() {
  const context = aContext();
  const fresh = () => ({ ...context, nextUuid: createUuidSource() });
  const contacts = makeContacts(fresh(), 300);
  const bookings = makeBookings(fresh(), contacts, 200);
  const tasks = makeTasks(fresh(), contacts, 200);
  const reminders = makeReminders(fresh(), { contacts, bookings, tasks }, 200);
  return { contacts, bookings, tasks, reminders, calendarAccounts: makeCalendarAccounts(fresh(), 6) };
}

it('makes nothing that was created or changed in the future, or changed before it was created', () => {
  for (const row of Object.values(someRows()).flat()) {
    expect(Date.parse(row.created_at)).toBeLessThanOrEqual(Date.parse(row.updated_at));
    expect(Date.parse(row.updated_at)).toBeLessThanOrEqual(nowMs);
  }
});

it('gives ids that sort as the rows were created', () => {
  for (const rows of Object.values(someRows())) {
    const ids = rows.map(({ id }) => id);
    expect([...ids].sort()).toEqual(ids);
    for (const { id, created_at } of rows) {
      expect(parseInt(id.replaceAll('-', '').slice(0, 12), 16) - Date.parse(created_at)).toBeLessThan(2);
    }
  }
});

it('makes contacts whose e-mail addresses are unique and belong to nobody, with E.164 phone numbers', () => {
  const { contacts } = someRows();
  const emails = contacts.flatMap(({ email }) => email ?? []);
  expect(new Set(emails).size).toBe(emails.length);
  for (const email of emails) expect(email).toMatch(/^[a-z0-9.]+@[a-z0-9-]+\.example\.com$/);
  for (const { phone } of contacts) if (phone !== null) expect(phone).toMatch(/^\+[1-9][0-9]{9,12}$/);
});

it('makes bookings that keep the rules of their table', () => {
  const { bookings } = someRows();
  for (const booking of bookings) {
    expect(bookingStatuses).toContain(booking.status);
    expect(booking.cancellation !== null).toBe(booking.status === 'cancelled');
    expect(Date.parse(booking.end_at)).toBeGreaterThan(Date.parse(booking.start_at));
  }
  expect(new Set(bookings.map(({ status }) => status)).size).toBe(bookingStatuses.length);
});

it('completes the tasks that are done, and no others', () => {
  for (const { status, completed_at } of someRows().tasks) expect(completed_at !== null).toBe(status === 'done');
});

it('gives every reminder one target', () => {
  for (const { contact_id, booking_id, task_id } of someRows().reminders) {
    expect([contact_id, booking_id, task_id].filter((id) => id !== null)).toHaveLength(1);
  }
});

it('makes the same demo each time, but for ids', () => {
  const names = () => someRows().contacts.map(({ email, phone, tags }) => [email, phone, tags]);
  expect(names()).toEqual(names());
});
