export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

/** Members that are `undefined` count as absent, as they do for `JSON.stringify`. */
export interface JsonObject {
  readonly [member: string]: JsonValue | undefined;
}

const loneSurrogate = /\p{Surrogate}/u;

/**
 * The one spelling of a JSON value (RFC 8785): no white space, members sorted by UTF-16 code units, numbers and strings
 * as ECMAScript writes them. A value that went through JSON, or through a Postgres `jsonb`, keeps its spelling.
 * @throws TypeError for what JSON cannot hold faithfully: NaN, infinities, lone surrogates, dates and other instances
 */
export function canonicalJson(value: JsonValue): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return canonicalNumber(value);
  if (typeof value === 'string') return canonicalString(value);
  if (isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  return canonicalObject(value);
}

function canonicalNumber(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError('a number that is not finite has no canonical form');
  return JSON.stringify(value);
}

function canonicalString(value: string): string {
  if (loneSurrogate.test(value)) throw new TypeError('a string with a lone surrogate has no canonical form');
  return JSON.stringify(value);
}

function canonicalObject(value: JsonObject): string {
  if (!isPlain(value)) throw new TypeError('only plain objects have a canonical form');
  const members = Object.keys(value)
    .sort()
    .flatMap((key) => {
      const member = value[key];
      return member === undefined ? [] : [`${canonicalString(key)}:${canonicalJson(member)}`];
    });
  return `{${members.join(',')}}`;
}

/** `Array.isArray` does not narrow read-only arrays. */
function isArray(value: readonly JsonValue[] | JsonObject): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function isPlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
