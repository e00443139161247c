import { jsonObject, type Statement } from '@calkeep/database';
import { drafted, patched, type PatchColumn } from '../resources/patch-columns.js';
import { isThere } from '../resources/references.js';
import { taskFields } from './task-fields.js';

const item = jsonObject(taskFields);
const columns: Record<string, PatchColumn> = {
  title: ['title'],
  notes: ['notes'],
  status: ['status'],
  due_at: ['dueAt', 'timestamptz'],
};

/** `$2` is the id, `$3` the fields, `$4` the contact. No row without that contact. */
export const createTask: Statement = {
  name: 'tasks_create',
  text: `
    insert into tasks as r (workspace_id, id, ${Object.keys(columns).join(', ')}, contact_id, completed_at)
    select $1, $2, ${drafted(columns, '$3')}, $4::uuid, case $3::jsonb ->> 'status' when 'done' then now() end
    where ${isThere('contacts', '$4')}
    returning ${item}`,
};

/**
 * `$2` is the id, `$3` the fields, `$4` the version that the row must have, if any, `$5` whether the contact is set, to `$6`.
 * A task that is done already keeps the time at which it became so.
 */
export const updateTask: Statement = {
  name: 'tasks_update',
  text: `
    with updated as (
      update tasks r set ${patched(columns, '$3')},
        contact_id = case when $5::boolean then $6::uuid else r.contact_id end,
        completed_at = case when not $3::jsonb ? 'status' then r.completed_at
          when $3::jsonb ->> 'status' = 'done' then coalesce(r.completed_at, now()) end,
        updated_at = greatest(now(), r.updated_at)
      where r.workspace_id = $1 and r.id = $2 and ($4::text is null or r.xmin::text = $4) and ${isThere('contacts', '$6')}
      returning ${item} as item
    )
    select (select item from updated), ${isThere('contacts', '$6')} from tasks r where r.workspace_id = $1 and r.id = $2`,
};

/** The item and the version of its row: PostgreSQL's own mark of who wrote it last. */
export const taskVersion: Statement = {
  name: 'tasks_version',
  text: `select ${item}, r.xmin::text from tasks r where r.workspace_id = $1 and r.id = $2`,
};
