/**
 * Invariant: what `parseApiToken` accepts has the published shape and a true checksum, so that a mistyped or made-up
 * credential is refused by arithmetic alone, before any look-up.
 */
import { crc32 } from 'node:zlib';
import { base62Alphabet, encodeBase62, randomBase62, type RandomSource } from './base62.js';

export type TokenMode = 'live' | 'test';

export interface MintedApiToken {
  /** The whole credential. Shown once, never stored. */
  readonly secret: string;
  /** The mode's prefix and the first 4 random characters: enough to recognise a token, 190 bits short of guessing it. */
  readonly displayPrefix: string;
}

export interface ParsedApiToken {
  readonly mode: TokenMode;
  readonly secret: string;
}

const prefixes = { live: 'ck_live_', test: 'ck_test_' } as const;
const prefixLength = 8;
const randomLength = 36;
const checksumLength = 6;
const checkedLength = prefixLength + randomLength;
const tokenLength = checkedLength + checksumLength;
const displayPrefixLength = prefixLength + 4;
const pattern = /^ck_(?:live|test)_[0-9A-Za-z]{42}$/;

/** What scanners and client libraries may rely on, as published at `/.well-known/token-format.json`. */
export const tokenFormat = {
  pattern: pattern.source,
  length: tokenLength,
  prefixes,
  alphabet: base62Alphabet,
  random: { offset: prefixLength, length: randomLength, bits: 214 },
  checksum: {
    offset: checkedLength,
    length: checksumLength,
    algorithm: 'CRC-32/ISO-HDLC',
    description:
      `The last ${checksumLength} characters are the CRC-32 (as in zlib, gzip and PNG) of the ${checkedLength} ASCII characters before them, ` +
      'as an unsigned number in base 62: digits from the alphabet, most significant first, padded on the left with "0".',
  },
  /** Well-formed, but never issued. */
  example: withChecksum(prefixes.test + '0'.repeat(randomLength)),
} as const;

export function mintApiToken(mode: TokenMode, random?: RandomSource): MintedApiToken {
  const secret = withChecksum(prefixes[mode] + randomBase62(randomLength, random));
  return { secret, displayPrefix: secret.slice(0, displayPrefixLength) };
}

/** `null` for anything that was never minted in this form; never throws. Knows nothing of expiry or revocation. */
export function parseApiToken(text: string): ParsedApiToken | null {
  if (text.length !== tokenLength || !pattern.test(text)) return null;
  if (crc32(text.slice(0, checkedLength)) !== checksumOf(text)) return null;
  return { mode: text.startsWith(prefixes.live) ? 'live' : 'test', secret: text };
}

function withChecksum(checked: string): string {
  return checked + encodeBase62(crc32(checked), checksumLength);
}

/** The checksum that the token claims, as a number; the pattern has already vouched for its digits. */
function checksumOf(token: string): number {
  let value = 0;
  for (let index = checkedLength; index < tokenLength; index += 1) {
    value = value * 62 + base62Value(token.charCodeAt(index));
  }
  return value;
}

function base62Value(charCode: number): number {
  if (charCode >= 97) return charCode - 61;
  return charCode >= 65 ? charCode - 55 : charCode - 48;
}
