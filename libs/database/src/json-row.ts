import { encodeUuidBytes, idPrefixes, type IdKind } from '@calkeep/contract';

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
const [quote, colon, dot, hyphen, underscore, backslash] = [0x22, 0x3a, 0x2e, 0x2d, 0x5f, 0x5c];
const [letterN, letterT, letterZ, zero] = [0x6e, 0x74, 0x5a, 0x30];
const prefixLengthMax = Math.max(...Object.values(idPrefixes).map((prefix) => prefix.length));
/** So few bytes are copied faster one by one. */
const shortLength = 24;
/** Of a field's name; longer ones are not ours. */
const nameLengthMax = 40;
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
  return text.includes(tab) ? finishedBytes(text).toString() : text;
}

/** What is being finished, unless it is longer: to allocate it each time took as long as to copy it. */
const source = Buffer.allocUnsafeSlow(131_072);

/**
 * The same in UTF-8, as it is sent: with a list's many pieces, a string took two and a half times as long to be made, measured
 * and encoded.
 */
export function finishedBytes(text: string): Buffer {
  const sourceLength = Buffer.byteLength(text);
  const from = sourceLength > source.length ? Buffer.from(text) : source.subarray(0, source.write(text));
  // Only an instant can become longer than it was: by two characters, of thirty.
  const to = Buffer.allocUnsafe(from.length + Math.ceil(from.length / 10));
  let [copied, length] = [0, 0];
  for (let at = from.indexOf(backslash); at !== -1; at = from.indexOf(backslash, at)) {
    const member = from[at + 1] === letterT && from[at - 1] === quote ? markedMember(from, at) : null;
    if (member === null) {
      // With what is escaped: a backslash that is itself escaped begins nothing.
      at += 2;
      continue;
    }
    const { prefixEnd, valueAt, isNull } = member;
    length = at - copied < shortLength ? put(to, length, from, copied, at) : length + from.copy(to, length, copied, at);
    length = put(to, length, from, prefixEnd + 1, valueAt);
    copied = valueAt;
    if (!isNull && prefixEnd > at + tab.length) {
      to[length++] = quote;
      length = put(to, length, from, at + tab.length, prefixEnd);
      to[length++] = underscore;
      length = encodeUuidBytes(from, valueAt + 1, to, length);
      copied = valueAt + 1 + uuidLength;
    } else if (!isNull) {
      copied = from.indexOf(quote, valueAt + 1) + 1;
      length = putInstant(to, length, from, valueAt + 1, copied - 1);
    }
    at = copied;
  }
  length += from.copy(to, length, copied);
  return to.subarray(0, length);
}

interface MarkedMember {
  /** Where the dot is; right behind the tab in an instant's. */
  readonly prefixEnd: number;
  readonly valueAt: number;
  readonly isNull: boolean;
}

/** `null` where a tab only begins a string. */
function markedMember(json: Buffer, at: number): MarkedMember | null {
  let prefixEnd = at + tab.length;
  while (json[prefixEnd] !== dot) if (++prefixEnd > at + tab.length + prefixLengthMax) return null;
  let nameEnd = prefixEnd + 1;
  while (json[nameEnd] !== quote) if (++nameEnd > prefixEnd + nameLengthMax) return null;
  const valueAt = nameEnd + 2;
  const isText = json[valueAt] === quote;
  if (json[nameEnd + 1] !== colon || !(isText || json[valueAt] === letterN)) return null;
  return { prefixEnd, valueAt, isNull: !isText };
}

/** A few bytes. @returns where they end. */
function put(to: Buffer, start: number, from: Buffer, fromStart: number, fromEnd: number): number {
  let end = start;
  for (let at = fromStart; at < fromEnd; at++) to[end++] = from[at] ?? 0;
  return end;
}

/** Completed; `null` for `infinity`, a year of other than four digits, and one before Christ. */
function putInstant(to: Buffer, start: number, from: Buffer, fromStart: number, fromEnd: number): number {
  const fractionAt = fromStart + secondsLength;
  const fraction = fromEnd - fractionAt;
  const isWhole = fraction === 0;
  const isInstant =
    from[fromStart + 4] === hyphen && (isWhole || (from[fractionAt] === dot && fraction <= fractionLength));
  if (!isInstant) return start + to.write('null', start, 'latin1');
  to[start] = quote;
  let end = put(to, start + 1, from, fromStart, fromEnd);
  if (isWhole) to[end++] = dot;
  for (let digits = isWhole ? 1 : fraction; digits < fractionLength; digits++) to[end++] = zero;
  to[end++] = letterZ;
  to[end++] = quote;
  return end;
}
