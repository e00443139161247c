import type { ContactRow, TaskRow } from './rows.js';
import type { MakeContext } from './make-context.js';
import { between, dayMs, hourMs, instantOf, sometimes, weighted } from './pick.js';

const works = [
  'Send proposal to',
  'Follow up with',
  'Prepare demo for',
  'Check contract of',
  'Call back',
  'Send invoice to',
];
const notes = ['See the notes of the last call.', 'Template is in the shared folder.', 'Ask finance first.'];

/** `count` tasks of the past half year, oldest first. */
export function makeTasks(context: MakeContext, contacts: readonly ContactRow[], count: number): TaskRow[] {
  const { faker, nowMs } = context;
  const createdAt = Array.from({ length: count }, () => between(faker, nowMs - 180 * dayMs, nowMs - hourMs));
  createdAt.sort((a, b) => a - b);
  return createdAt.map((atMs) => makeTask(context, atMs, faker.helpers.arrayElement(contacts)));
}

function makeTask({ faker, nowMs, nextUuid }: MakeContext, createdMs: number, contact: ContactRow): TaskRow {
  const status = weighted<string>(faker, [
    ['open', 40],
    ['in_progress', 15],
    ['done', 38],
    ['cancelled', 7],
  ]);
  const changedMs = status === 'open' ? createdMs : between(faker, createdMs, nowMs);
  const dueMs = sometimes(faker, 75, () => createdMs + between(faker, 1, 45) * dayMs);
  return {
    id: nextUuid(createdMs),
    title: `${faker.helpers.arrayElement(works)} ${contact.company ?? contact.last_name ?? 'customer'}`,
    notes: sometimes(faker, 30, () => faker.helpers.arrayElement(notes)),
    status,
    due_at: dueMs === null ? null : instantOf(dueMs),
    contact_id: sometimes(faker, 90, () => contact.id),
    completed_at: status === 'done' ? instantOf(changedMs) : null,
    created_at: instantOf(createdMs),
    updated_at: instantOf(changedMs),
  };
}
