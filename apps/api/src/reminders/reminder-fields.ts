import { id, instant, json, jsonObject, type JsonField } from '@calkeep/database';

const targetOf = (kind: 'contact' | 'booking' | 'task') =>
  jsonObject({ type: json(`'${kind}'::text`), id: id(kind, `r.${kind}_id`) });

/** Exactly one of the columns is set (reminders_one_target). */
const target = `case when r.contact_id is not null then ${targetOf('contact')}
  when r.booking_id is not null then ${targetOf('booking')} else ${targetOf('task')} end`;

/** A reminder as the contract shapes it, of the row `r`. */
export const reminderFields: Record<string, JsonField> = {
  id: id('reminder', 'r.id'),
  title: json('r.title'),
  dueAt: instant('r.due_at'),
  status: json('r.status'),
  target: { sql: target },
  createdAt: instant('r.created_at'),
  updatedAt: instant('r.updated_at'),
};
