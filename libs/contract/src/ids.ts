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
const codes = Uint8Array.from(alphabet, (character) => character.charCodeAt(0));
/** The value of a character, by its code. */
const values = Uint8Array.from({ length: 128 }, (_, code) => Math.max(0, alphabet.indexOf(String.fromCharCode(code))));

/**
 * The TypeID suffix of a UUID. Ids are made, read and written several times in each request and up to 400 times in a list, where
 * typeid-js took seven times as long; property tests hold this file to its answers.
 */
export function encodeUuid(uuid: string): string {
  return encodeWords(
    (hexOf(uuid, 0) << 16) | hexOf(uuid, 4),
    (hexOf(uuid, 9) << 16) | hexOf(uuid, 14),
    (hexOf(uuid, 19) << 16) | hexOf(uuid, 24),
    (hexOf(uuid, 28) << 16) | hexOf(uuid, 32),
  );
}

const hexValues = new Uint8Array(128);
for (let value = 0; value < 16; value++) hexValues[value.toString(16).charCodeAt(0)] = value;

/** The same between bytes of ASCII, from and to the given places. @returns where what was written ends. */
export function encodeUuidBytes(from: Uint8Array, fromStart: number, to: Uint8Array, toStart: number): number {
  let end = toStart;
  // 26 characters have two bits more than a UUID.
  let [bits, count] = [0, 2];
  for (let at = fromStart; at < fromStart + 36; at++) {
    const digit = from[at] ?? 0;
    if (digit === 0x2d) continue;
    bits = (bits << 4) | (hexValues[digit] ?? 0);
    count += 4;
    if (count < 5) continue;
    count -= 5;
    to[end++] = codeOf(bits >>> count);
  }
  return end;
}

/** Four digits, as a number. */
function hexOf(text: string, at: number): number {
  const digit = (index: number) => hexValues[text.charCodeAt(at + index)] ?? 0;
  return (digit(0) << 12) | (digit(1) << 8) | (digit(2) << 4) | digit(3);
}

/** In one string at once: joined from pairs of characters it took three times as long. */
function encodeWords(a: number, b: number, c: number, d: number): string {
  // prettier-ignore
  return String.fromCharCode(
    codeOf(a >>> 29), codeOf(a >>> 24), codeOf(a >>> 19), codeOf(a >>> 14), codeOf(a >>> 9),
    codeOf(a >>> 4), codeOf((a << 1) | (b >>> 31)), codeOf(b >>> 26), codeOf(b >>> 21), codeOf(b >>> 16),
    codeOf(b >>> 11), codeOf(b >>> 6), codeOf(b >>> 1), codeOf((b << 4) | (c >>> 28)), codeOf(c >>> 23),
    codeOf(c >>> 18), codeOf(c >>> 13), codeOf(c >>> 8), codeOf(c >>> 3), codeOf((c << 2) | (d >>> 30)),
    codeOf(d >>> 25), codeOf(d >>> 20), codeOf(d >>> 15), codeOf(d >>> 10), codeOf(d >>> 5),
    codeOf(d),
  );
}

/** Of the character for the last five bits. */
function codeOf(bits: number): number {
  return codes[bits & 31] ?? 0;
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
