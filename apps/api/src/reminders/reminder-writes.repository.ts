import type { NewReminder } from '@calkeep/contract';
import { finishJson, jsonObject, type Statement, type WorkspaceWriter } from '@calkeep/database';
import { Injectable } from '@nestjs/common';
import { isForeignKeyViolation, isThere } from '../resources/references.js';
import { reminderFields } from './reminder-fields.js';

/** `$2` is the id, `$3` the title, `$4` the time, `$5` to `$7` the contact, the booking or the task. No row without it. */
const createReminder: Statement = {
  name: 'reminders_create',
  text: `
    insert into reminders as r (workspace_id, id, title, due_at, contact_id, booking_id, task_id)
    select $1, $2, $3::text, $4::timestamptz, $5::uuid, $6::uuid, $7::uuid
    where ${isThere('contacts', '$5')} and ${isThere('bookings', '$6')} and ${isThere('tasks', '$7')}
    returning ${jsonObject(reminderFields)}`,
};

/** Ids are bare UUIDs. */
export interface ReminderDraft extends Pick<NewReminder, 'title' | 'dueAt'> {
  readonly id: string;
  readonly target: { readonly type: NewReminder['target']['type']; readonly id: string };
}

@Injectable()
export class ReminderWritesRepository {
  /** @returns the reminder as JSON text, or `null` if this workspace does not have the target. */
  async create(db: WorkspaceWriter, { id, title, dueAt, target }: ReminderDraft): Promise<string | null> {
    const targets = (['contact', 'booking', 'task'] as const).map((type) => (type === target.type ? target.id : null));
    try {
      const [row] = await db.write({ statement: createReminder }, id, title, dueAt, ...targets);
      return row ? finishJson(String(row[0])) : null;
    } catch (error) {
      if (isForeignKeyViolation(error)) return null;
      throw error;
    }
  }
}
