import { encodeUuid, idPrefixes, type IdKind } from '@calkeep/contract';
import { instantText } from './instant-text.js';

/**
 * Rows as the contract shapes them, written as JSON text by PostgreSQL and spliced into the answer
 * without being parsed: twice the lists a second (ADR 0004).
 *
 * Ids are the one thing that SQL is slow at (50 µs for the base32 of a TypeID). They travel as U+0001,
 * prefix and bare UUID, and `fillIds` encodes them. That cannot be confused with data: every value goes
 * through to_json, which escapes control characters, so a bare U+0001 is always one of ours.
 */
export type JsonField = { readonly sql: string };

/** The marker as text, and as the SQL that makes it. */
const idMarker = '\u0001';
const idMarkerSql = 'chr(1)';
const uuidLength = 36;

/** Any column that to_json represents as the contract wants it: text, numbers, booleans, arrays, jsonb. */
export function json(column: string): JsonField {
  return { sql: `coalesce(to_json(${column})::text, 'null')` };
}

/** RFC 3339 in UTC with milliseconds. */
export function instant(column: string): JsonField {
  return {
    sql: `coalesce('"' || ${instantText(column)} || '"', 'null')`,
  };
}

/** A uuid column as a public id. */
export function id(kind: IdKind, column: string): JsonField {
  return { sql: `coalesce('"' || ${idMarkerSql} || '${idPrefixes[kind]}_' || ${column} || '"', 'null')` };
}

/** An SQL expression for the JSON text of an object with these fields, in this order. */
export function jsonObject(fields: Record<string, JsonField>): string {
  const members = Object.entries(fields).map(([name, { sql }], index) => {
    return `'${index === 0 ? '{' : ','}"${name}":' || ${sql}`;
  });
  return `${members.join(' || ')} || '}'`;
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
