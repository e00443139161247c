import { encodeUuid, idPrefixes, type IdKind } from '@calkeep/contract';

/**
 * Rows as the contract shapes them, written as JSON text by PostgreSQL and spliced into the answer
 * without being parsed: twice the lists a second (ADR 0004).
 *
 * SQL is slow at the contract's ids (50 µs for the base32 of a TypeID) and times (to_char took a tenth of a list), so both
 * travel as PostgreSQL has them, under names that `finishJson` knows: a tab, the id's prefix, a dot and the name proper. That
 * cannot be confused with data: a name is followed at once by a colon and its value, where strings are followed by neither and
 * the names in stored JSON by a colon and a space (jsonb's output), and a quotation mark within a string is behind a backslash.
 */
export interface JsonField {
  /** The field's JSON text; never null. */
  readonly sql: string;
  /** The same as a value that row_to_json writes so; null for null. Objects of which every field has it are made faster. */
  readonly value?: string;
  /** What `finishJson` makes of the value: an id with this prefix, or an instant (`''`). */
  readonly mark?: string;
}

/** How JSON writes the tab. */
const tab = '\\t';
const [quote, colon, dot, hyphen, letterN] = [0x22, 0x3a, 0x2e, 0x2d, 0x6e];
const prefixLengthMax = Math.max(...Object.values(idPrefixes).map((prefix) => prefix.length));
const uuidLength = 36;
/** `2026-01-02T03:04:05`; PostgreSQL leaves out the zeros that a fraction ends in. */
const secondsLength = 19;
const fractionLength = 4;

/** Any column that to_json represents as the contract wants it: text, numbers, booleans, arrays, jsonb. */
export function json(column: string): JsonField {
  return { sql: jsonText(column), value: column };
}

/** RFC 3339 in UTC with milliseconds; null for what is no such time, such as `infinity`. */
export function instant(column: string): JsonField {
  // By an interval, since a zone's name is looked up each time. What it gives has no zone, so the session's does not matter.
  const value = `(${column} at time zone interval '0')`;
  return { sql: jsonText(value), value, mark: '' };
}

/** A uuid column as a public id. */
export function id(kind: IdKind, column: string): JsonField {
  return { sql: jsonText(column), value: column, mark: idPrefixes[kind] };
}

function jsonText(value: string): string {
  return `coalesce(to_json(${value})::text, 'null')`;
}

/**
 * An SQL expression for the JSON text of an object with these fields, in this order. row_to_json took three quarters of the time
 * of `concat`, and that four fifths of a chain of `||`, which copies what it has so far with each field.
 */
export function jsonObject(fields: Record<string, JsonField>): string {
  const columns = columnsOf(fields);
  if (columns !== null) return `row_to_json((select o from (select ${columns}) o))::text`;
  const texts = Object.entries(fields).map(
    ([name, field], index) => `'${index === 0 ? '{' : ','}"${markedName(name, field, tab)}":', ${field.sql}`,
  );
  return `concat(${texts.join(', ')}, '}')`;
}

/**
 * The same for each row of a subquery with the alias `r`, whose order it keeps: `text` selected from `from`. A subquery a row,
 * which `jsonObject` needs since it may stand anywhere, took a sixth of the time of a list.
 */
export function jsonOfRows(
  fields: Record<string, JsonField>,
  subquery: string,
): { readonly text: string; readonly from: string } {
  const columns = columnsOf(fields);
  return columns === null
    ? { text: jsonObject(fields), from: `(${subquery}) r` }
    : { text: 'row_to_json(o)::text', from: `(select ${columns} from (${subquery}) r) o` };
}

/** `null` when a field is none that row_to_json could write. */
function columnsOf(fields: Record<string, JsonField>): string | null {
  const members = Object.entries(fields);
  if (members.some(([, { value }]) => value === undefined)) return null;
  return members.map(([name, field]) => `${field.value} as "${markedName(name, field, '\t')}"`).join(', ');
}

function markedName(name: string, { mark }: JsonField, tabText: string): string {
  return mark === undefined ? name : `${tabText}${mark}.${name}`;
}

/** A text, uuid or instant of an object that has the field and that `finishJson` has not seen: as PostgreSQL wrote it. */
export function unfinishedText(object: string, name: string, field: JsonField): string | null {
  const start = `"${markedName(name, field, tab)}":`;
  const text = /"(?:[^"\\]|\\.)*"/y;
  text.lastIndex = object.lastIndexOf(start) + start.length;
  const found = text.exec(object);
  return found ? (JSON.parse(found[0]) as string) : null;
}

/** Such an object without its last field. */
export function withoutLast(object: string, name: string, field: JsonField): string {
  return `${object.slice(0, object.lastIndexOf(`,"${markedName(name, field, tab)}":`))}}`;
}

/** Encodes the ids and completes the instants in what `jsonObject` and `jsonOfRows` made. */
export function finishJson(text: string): string {
  let at = text.indexOf(tab);
  if (at === -1) return text;
  // Joined at once: a string that grows piece by piece has to be put together in the end all the same.
  const pieces: string[] = [];
  let copied = 0;
  for (; at !== -1; at = text.indexOf(tab, at)) {
    const markAt = at + tab.length;
    const dotAt = text.charCodeAt(at - 1) === quote ? findDot(text, markAt) : -1;
    const nameEnd = dotAt === -1 ? -1 : text.indexOf('"', dotAt);
    const valueAt = nameEnd + 2;
    const first = nameEnd === -1 || text.charCodeAt(nameEnd + 1) !== colon ? 0 : text.charCodeAt(valueAt);
    if (first === quote && dotAt > markAt) {
      const uuidAt = valueAt + 1;
      pieces.push(text.slice(copied, at), text.slice(dotAt + 1, uuidAt), text.slice(markAt, dotAt), '_');
      pieces.push(encodeUuid(text.slice(uuidAt, uuidAt + uuidLength)));
      at = copied = uuidAt + uuidLength;
    } else if (first === quote) {
      const end = text.indexOf('"', valueAt + 1);
      pieces.push(text.slice(copied, at), text.slice(dotAt + 1, valueAt), finishedInstant(text, valueAt + 1, end));
      at = copied = end + 1;
    } else if (first === letterN) {
      pieces.push(text.slice(copied, at));
      copied = dotAt + 1;
      at = valueAt;
    } else at = markAt;
  }
  pieces.push(text.slice(copied));
  return pieces.join('');
}

/** Behind a prefix or none; -1 where there is something else. */
function findDot(text: string, from: number): number {
  for (let at = from; at <= from + prefixLengthMax; at++) if (text.charCodeAt(at) === dot) return at;
  return -1;
}

function finishedInstant(text: string, from: number, to: number): string {
  const fractionAt = from + secondsLength;
  const fraction = to - fractionAt;
  // Not `infinity`, nor a year of other than four digits, nor one before Christ.
  const isInstant =
    text.charCodeAt(from + 4) === hyphen &&
    (fraction === 0 || (text.charCodeAt(fractionAt) === dot && fraction <= fractionLength));
  if (!isInstant) return 'null';
  if (fraction === fractionLength) return `"${text.slice(from, to)}Z"`;
  return `"${text.slice(from, to).padEnd(secondsLength + fractionLength, fraction === 0 ? '.000' : '0')}Z"`;
}
