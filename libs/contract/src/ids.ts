import { newWords, type UuidWords } from './uuid-words.js';

/**
 * Public ids are TypeIDs (spec 0.3): a prefix that names the kind, `_`, and a UUIDv7 in 26 characters
 * of Crockford base32, so they sort by creation. The database holds the bare UUID.
 */
export const idPrefixes = {
  workspace: 'ws',
  user: 'usr',
  apiToken: 'tok',
  contact: 'con',
  booking: 'bkg',
  task: 'tsk',
  reminder: 'rem',
  calendarAccount: 'cal',
  auditEvent: 'aud',
  session: 'ses',
  passkey: 'psk',
  invitation: 'inv',
  request: 'req',
} as const;

export type IdKind = keyof typeof idPrefixes;

/** A fresh public id, such as `con_01jd3…`. */
export function newId(kind: IdKind): string {
  return `${idPrefixes[kind]}_${encodeWords(...newWords())}`;
}

/** A fresh UUIDv7 as the database stores it. */
export function newUuid(): string {
  return formatWords(...newWords());
}

/** The public form of a stored UUID (36 characters, lower case, with hyphens). */
export function toPublicId(kind: IdKind, uuid: string): string {
  return `${idPrefixes[kind]}_${encodeUuid(uuid)}`;
}

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
/** Every pair of characters, so that 13 look-ups encode an id. */
const pairs = Array.from({ length: 1024 }, (_, bits) => alphabet.charAt(bits >> 5) + alphabet.charAt(bits & 31));
/** The value of a character, by its code. */
const values = Uint8Array.from({ length: 128 }, (_, code) => Math.max(0, alphabet.indexOf(String.fromCharCode(code))));

/**
 * The TypeID suffix of a UUID. Ids are made, read and written several times in each request and up to 400 times in a list, where
 * typeid-js took seven times as long; property tests hold this file to its answers.
 */
export function encodeUuid(uuid: string): string {
  return encodeWords(
    parseInt(uuid.slice(0, 8), 16),
    parseInt(uuid.slice(9, 13) + uuid.slice(14, 18), 16),
    parseInt(uuid.slice(19, 23) + uuid.slice(24, 28), 16),
    parseInt(uuid.slice(28, 36), 16),
  );
}

function encodeWords(...[a, b, c, d]: UuidWords): string {
  return (
    pair(a >>> 24) +
    pair((a >>> 14) & 1023) +
    pair((a >>> 4) & 1023) +
    pair(((a & 15) << 6) | (b >>> 26)) +
    pair((b >>> 16) & 1023) +
    pair((b >>> 6) & 1023) +
    pair(((b & 63) << 4) | (c >>> 28)) +
    pair((c >>> 18) & 1023) +
    pair((c >>> 8) & 1023) +
    pair(((c & 255) << 2) | (d >>> 30)) +
    pair((d >>> 20) & 1023) +
    pair((d >>> 10) & 1023) +
    pair(d & 1023)
  );
}

function pair(bits: number): string {
  return pairs[bits] ?? '';
}

/** The UUID inside a public id, or `null` for anything that is not an id of this kind. */
export function parsePublicId(kind: IdKind, text: string): string | null {
  // 26 characters carry 130 bits: a first character above 7 would overflow the UUID's 128.
  if (!/^[a-z]{2,4}_[0-7][0-9a-hjkmnp-tv-z]{25}$/.test(text) || !text.startsWith(`${idPrefixes[kind]}_`)) return null;
  return formatWords(...decodeWords(text, text.length - suffixLength));
}

const suffixLength = 26;

/** The 26 characters from `start` on, as the bits of four words; what is beyond 32 bits falls off by itself. */
function decodeWords(text: string, start: number): UuidWords {
  const bits = (index: number) => values[text.charCodeAt(start + index)] ?? 0;
  const run = (from: number, to: number) => {
    let word = 0;
    for (let index = from; index < to; index++) word = (word << 5) | bits(index);
    return word;
  };
  // 2 bits of nothing, then words that begin within the characters 0, 6, 13 and 19.
  return [
    (run(0, 6) << 4) | (bits(6) >> 1),
    (bits(6) << 31) | (run(7, 13) << 1) | (bits(13) >> 4),
    (bits(13) << 28) | (run(14, 19) << 3) | (bits(19) >> 2),
    (bits(19) << 30) | run(20, 26),
  ];
}

const hexBytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function formatWords(...[a, b, c, d]: UuidWords): string {
  return `${half(a >>> 16)}${half(a)}-${half(b >>> 16)}-${half(b)}-${half(c >>> 16)}-${half(c)}${half(d >>> 16)}${half(d)}`;
}

/** The lower 16 bits. */
function half(bits: number): string {
  return `${hexBytes[(bits >>> 8) & 255]}${hexBytes[bits & 255]}`;
}
