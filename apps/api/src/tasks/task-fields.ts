import { id, instant, json, type JsonField } from '@calkeep/database';

/** A task as the contract shapes it, of the row `r`. */
export const taskFields: Record<string, JsonField> = {
  id: id('task', 'r.id'),
  title: json('r.title'),
  notes: json('r.notes'),
  status: json('r.status'),
  dueAt: instant('r.due_at'),
  contactId: id('contact', 'r.contact_id'),
  completedAt: instant('r.completed_at'),
  createdAt: instant('r.created_at'),
  updatedAt: instant('r.updated_at'),
};
