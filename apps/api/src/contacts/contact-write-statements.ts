import { jsonObject, type Statement } from '@calkeep/database';
import { drafted, patched, type PatchColumn } from '../resources/patch-columns.js';
import { contactFields } from './contact-fields.js';

const item = jsonObject(contactFields);

const columns: Record<string, PatchColumn> = {
  first_name: ['firstName'],
  last_name: ['lastName'],
  email: ['email'],
  phone: ['phone'],
  company: ['company'],
  title: ['title'],
  notes: ['notes'],
};
const names = Object.keys(columns).join(', ');
const tagsOf = (parameter: string) => `array(select jsonb_array_elements_text(${parameter}::jsonb -> 'tags'))`;

/**
 * `$2` is the plan, `$3` the id, `$4` the texts and tags, `$5` the custom fields. Answers the item, the ceilings, the total.
 * Where the plan has a ceiling of contacts, creations of a workspace come one after the other.
 */
export const createContact: Statement = {
  name: 'contacts_create',
  text: `
    with ceiling as materialized (
      select p.contacts_max, p.custom_fields_max,
        case when p.contacts_max is not null then app.locked_total($1, 'contacts') end as total
      from plans p where p.code = $2
    ), created as (
      insert into contacts as r (workspace_id, id, ${names}, tags, custom_fields)
      select $1, $3, ${drafted(columns, '$4')}, ${tagsOf('$4')}, $5::jsonb
      from ceiling
      where (contacts_max is null or total < contacts_max)
        and (select count(*) from jsonb_object_keys($5::jsonb)) <= custom_fields_max
      on conflict (workspace_id, email_key) do nothing
      returning ${item} as item
    )
    select (select item from created), contacts_max, total::float8, custom_fields_max from ceiling`,
};

/** What the custom fields become: cleared if `$5` says so, then `$6` set, then `$7` removed. */
const merged = `((case when $5::boolean then '{}' else r.custom_fields end || $6::jsonb) - $7::text[])`;
const countOf = (fields: string) => `(select count(*) from jsonb_object_keys(${fields}))`;

/**
 * `$2` is the id, `$3` the texts and tags, `$4` the version that the row must have, if any, `$8` the plan. Whoever is over the
 * ceiling (since the plan was another) may still remove fields. PostgreSQL judges the condition by the newest version
 * of the row, once it has the lock: what somebody else wrote in between is not lost.
 */
export const updateContact: Statement = {
  name: 'contacts_update',
  text: `
    with ceiling as materialized (select custom_fields_max from plans where code = $8),
    updated as (
      update contacts r set ${patched(columns, '$3')},
        tags = case when $3::jsonb ? 'tags' then
          case jsonb_typeof($3::jsonb -> 'tags') when 'array' then ${tagsOf('$3')} else '{}' end else r.tags end,
        custom_fields = ${merged},
        updated_at = greatest(now(), r.updated_at)
      where r.workspace_id = $1 and r.id = $2 and ($4::text is null or r.xmin::text = $4)
        and ${countOf(merged)} <= greatest((select custom_fields_max from ceiling), ${countOf('r.custom_fields')})
      returning ${item} as item
    )
    select (select item from updated), ${countOf(merged)}::float8, (select custom_fields_max from ceiling)
    from contacts r where r.workspace_id = $1 and r.id = $2`,
};

/** The item and the version of its row: PostgreSQL's own mark of who wrote it last. */
export const contactVersion: Statement = {
  name: 'contacts_version',
  text: `select ${item}, r.xmin::text from contacts r where r.workspace_id = $1 and r.id = $2`,
};

export const contactByEmail: Statement = {
  name: 'contacts_by_email',
  text: `select id from contacts where workspace_id = $1 and email_key = app.search_key($2)`,
};
