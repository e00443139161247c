import type { BookingRow, ContactRow, ReminderRow, TaskRow } from './rows.js';
import type { MakeContext } from './make-context.js';
import { between, dayMs, hourMs, instantOf, weighted } from './pick.js';

export interface ReminderTargets {
  contacts: readonly ContactRow[];
  bookings: readonly BookingRow[];
  tasks: readonly TaskRow[];
}

type Target = Pick<ReminderRow, 'title' | 'contact_id' | 'booking_id' | 'task_id'>;

/** `count` reminders of the past four months, oldest first: those that are due were sent or dismissed. */
export function makeReminders(context: MakeContext, targets: ReminderTargets, count: number): ReminderRow[] {
  const { faker, nowMs, nextUuid } = context;
  const createdAt = Array.from({ length: count }, () => between(faker, nowMs - 120 * dayMs, nowMs - hourMs));
  createdAt.sort((a, b) => a - b);
  return createdAt.map((createdMs) => {
    const dueMs = createdMs + between(faker, 1, 60 * 24) * hourMs;
    const isDue = dueMs < nowMs;
    return {
      id: nextUuid(createdMs),
      ...makeTarget(context, targets),
      status: isDue
        ? weighted<string>(faker, [
            ['sent', 70],
            ['dismissed', 30],
          ])
        : 'scheduled',
      due_at: instantOf(dueMs),
      created_at: instantOf(createdMs),
      updated_at: instantOf(isDue ? dueMs : createdMs),
    };
  });
}

/** Exactly one of contact, booking and task. */
function makeTarget({ faker }: MakeContext, { contacts, bookings, tasks }: ReminderTargets): Target {
  const target: Target = { title: '', contact_id: null, booking_id: null, task_id: null };
  const kind = weighted(faker, [
    ['contact', 40],
    ['booking', 35],
    ['task', 25],
  ] as const);
  if (kind === 'contact') {
    const contact = faker.helpers.arrayElement(contacts);
    return { ...target, title: `Check in with ${contact.first_name ?? 'contact'}`, contact_id: contact.id };
  }
  if (kind === 'booking') {
    const booking = faker.helpers.arrayElement(bookings);
    return { ...target, title: `Prepare: ${booking.title}`, booking_id: booking.id };
  }
  const task = faker.helpers.arrayElement(tasks);
  return { ...target, title: `Due soon: ${task.title}`, task_id: task.id };
}
