import type { Faker } from '@faker-js/faker';
import type { BookingRow, ContactRow } from './rows.js';
import type { MakeContext } from './make-context.js';
import { between, dayMs, hourMs, instantOf, minuteMs, sometimes, weighted } from './pick.js';

const kinds = [
  'Intro call',
  'Product demo',
  'Quarterly review',
  'Onboarding',
  'Contract talk',
  'Support session',
  'Lunch',
];
const locations = ['Video call', 'Phone', 'Google Meet', 'Microsoft Teams', 'Head office, room 2'];
const reasons = ['Illness', 'Conflicting appointment', 'No longer needed', 'Travel delayed'];

interface Plan {
  startMs: number;
  createdMs: number;
}

/** `count` bookings from ten months ago to six weeks ahead, in the order in which they were made. */
export function makeBookings(context: MakeContext, contacts: readonly ContactRow[], count: number): BookingRow[] {
  const plans = Array.from({ length: count }, () => makePlan(context));
  plans.sort((a, b) => a.createdMs - b.createdMs);
  return plans.map((plan) => makeBooking(context, plan, context.faker.helpers.arrayElement(contacts)));
}

/** At a quarter of an hour of a working day. */
function makePlan({ faker, nowMs }: MakeContext): Plan {
  const day = Math.floor((nowMs + between(faker, -300, 42) * dayMs) / dayMs) * dayMs;
  const shiftDays = [1, 0, 0, 0, 0, 0, 2][new Date(day).getUTCDay()] ?? 0;
  const startMs = day + shiftDays * dayMs + 8 * hourMs + faker.number.int({ min: 0, max: 36 }) * 15 * minuteMs;
  const createdMs = Math.min(startMs, nowMs) - between(faker, 2 * hourMs, 21 * dayMs);
  return { startMs, createdMs };
}

function makeBooking(context: MakeContext, { startMs, createdMs }: Plan, contact: ContactRow): BookingRow {
  const { faker, nowMs, nextUuid, timezone, host } = context;
  const name = [contact.first_name, contact.last_name].filter(Boolean).join(' ');
  const status = makeStatus(faker, startMs < nowMs);
  const changedMs = between(faker, createdMs, Math.min(startMs, nowMs));
  const guest = contact.email === null ? [] : [{ name, email: contact.email }];
  return {
    id: nextUuid(createdMs),
    title: `${faker.helpers.arrayElement(kinds)} with ${name}`,
    status,
    start_at: instantOf(startMs),
    end_at: instantOf(startMs + faker.helpers.arrayElement([30, 45, 60]) * minuteMs),
    timezone,
    location: sometimes(faker, 90, () => faker.helpers.arrayElement(locations)),
    contact_id: contact.id,
    attendees: [host, ...guest],
    cancellation: status === 'cancelled' ? makeCancellation(faker, changedMs) : null,
    created_at: instantOf(createdMs),
    updated_at: instantOf(status === 'confirmed' ? createdMs : changedMs),
  };
}

function makeStatus(faker: Faker, isPast: boolean): string {
  const past = [
    ['completed', 78],
    ['cancelled', 10],
    ['no_show', 6],
    ['rescheduled', 6],
  ] as const;
  const ahead = [
    ['confirmed', 86],
    ['cancelled', 6],
    ['rescheduled', 8],
  ] as const;
  return isPast ? weighted<string>(faker, past) : weighted<string>(faker, ahead);
}

function makeCancellation(faker: Faker, atMs: number): BookingRow['cancellation'] {
  return { reason: sometimes(faker, 80, () => faker.helpers.arrayElement(reasons)), cancelledAt: instantOf(atMs) };
}
