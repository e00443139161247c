import { TypeID, typeid } from 'typeid-js';

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
  return typeid(idPrefixes[kind]).toString();
}

/** A fresh UUIDv7 as the database stores it. */
export function newUuid(): string {
  return typeid().toUUID();
}

/** The public form of a stored UUID (36 characters, lower case, with hyphens). */
export function toPublicId(kind: IdKind, uuid: string): string {
  return `${idPrefixes[kind]}_${encodeUuid(uuid)}`;
}

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
/** Every pair of characters, so that 13 look-ups encode an id. */
const pairs = Array.from({ length: 1024 }, (_, bits) => alphabet.charAt(bits >> 5) + alphabet.charAt(bits & 31));

/**
 * The TypeID suffix of a UUID. Lists encode two ids a row on the hot path, where typeid-js took seven
 * times as long; a property test holds this to its answers.
 */
export function encodeUuid(uuid: string): string {
  const a = parseInt(uuid.slice(0, 8), 16);
  const b = parseInt(uuid.slice(9, 13) + uuid.slice(14, 18), 16);
  const c = parseInt(uuid.slice(19, 23) + uuid.slice(24, 28), 16);
  const d = parseInt(uuid.slice(28, 36), 16);
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
  return TypeID.fromString(text, idPrefixes[kind]).toUUID();
}
