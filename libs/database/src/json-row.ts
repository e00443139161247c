import { encodeUuid, idPrefixes, type IdKind } from '@calkeep/contract';
import { instantText } from './instant-text.js';

/**
 * Rows as the contract shapes them, written as JSON text by PostgreSQL and spliced into the answer
 * without being parsed: twice the lists a second (ADR 0004).
 *
 * Ids are the one thing that SQL is slow at (50 µs for the base32 of a TypeID). They travel behind a tab, as
 * prefix and bare UUID, and `fillIds` encodes them. That cannot be confused with data: every value goes
 * through PostgreSQL's JSON functions, which escape control characters in strings and put no tab between them, so a bare
 * tab is always one of ours.
 */
export interface JsonField {
  /** The field's JSON text; never null. */
  readonly sql: string;
  /** The same as a value that row_to_json writes so; null for null. Objects of which every field has it are made faster. */
  readonly value?: string;
}

/** The marker as text, and as the SQL that makes it. */
const idMarker = '\t';
const idMarkerSql = 'chr(9)';
const uuidLength = 36;

/** Any column that to_json represents as the contract wants it: text, numbers, booleans, arrays, jsonb. */
export function json(column: string): JsonField {
  return { sql: `coalesce(to_json(${column})::text, 'null')`, value: column };
}

/** RFC 3339 in UTC with milliseconds. */
export function instant(column: string): JsonField {
  return {
    sql: `coalesce('"' || ${instantText(column)} || '"', 'null')`,
    value: instantText(column),
  };
}

/** A uuid column as a public id. */
export function id(kind: IdKind, column: string): JsonField {
  const marked = `${idMarkerSql} || '"${idPrefixes[kind]}_' || ${column} || '"'`;
  return { sql: `coalesce(${marked}, 'null')`, value: `(${marked})::json` };
}

/**
 * An SQL expression for the JSON text of an object with these fields, in this order. row_to_json took three quarters of the time
 * of `concat`, and that four fifths of a chain of `||`, which copies what it has so far with each field.
 */
export function jsonObject(fields: Record<string, JsonField>): string {
  const members = Object.entries(fields);
  const values = members.flatMap(([name, { value }]) => (value === undefined ? [] : `${value} as "${name}"`));
  if (values.length === members.length) return `row_to_json((select o from (select ${values.join(', ')}) o))::text`;
  const texts = members.map(([name, { sql }], index) => `'${index === 0 ? '{' : ','}"${name}":', ${sql}`);
  return `concat(${texts.join(', ')}, '}')`;
}

/**
 * The same for each row of a query, from which the fields are then taken beside it: a subquery a row, which `jsonObject` needs
 * since it may stand anywhere, took a sixth of the time of a list.
 */
export function jsonOfRows(fields: Record<string, JsonField>): { readonly text: string; readonly join: string } {
  const values = Object.entries(fields).flatMap(([name, { value }]) =>
    value === undefined ? [] : `${value} as "${name}"`,
  );
  return values.length === Object.keys(fields).length
    ? { text: 'row_to_json(o)::text', join: `cross join lateral (select ${values.join(', ')}) o` }
    : { text: jsonObject(fields), join: '' };
}

/** Encodes the ids in what `jsonObject` made. */
export function fillIds(text: string): string {
  let from = text.indexOf(idMarker);
  if (from === -1) return text;
  let filled = '';
  let copied = 0;
  while (from !== -1) {
    const uuidAt = text.indexOf('_', from) + 1;
    filled +=
      text.slice(copied, from) + text.slice(from + 1, uuidAt) + encodeUuid(text.slice(uuidAt, uuidAt + uuidLength));
    copied = uuidAt + uuidLength;
    from = text.indexOf(idMarker, copied);
  }
  return filled + text.slice(copied);
}
