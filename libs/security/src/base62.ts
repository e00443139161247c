import { randomBytes } from 'node:crypto';

/** Digits in ascending value: `0` is 0, `A` is 10, `a` is 36, `z` is 61. */
export const base62Alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Cryptographic randomness: that many fresh bytes. */
export type RandomSource = (size: number) => Uint8Array;

/** The greatest multiple of 62 that fits a byte. Bytes from here on are thrown away: kept, they would favour the first 8 digits. */
const unbiasedBytes = 248;

/** `length` characters, each uniform over the alphabet and independent of the rest: 5.95 bits apiece. */
export function randomBase62(length: number, random: RandomSource = randomBytes): string {
  let text = '';
  while (text.length < length) {
    for (const byte of random(length - text.length)) {
      if (byte < unbiasedBytes) text += base62Alphabet.charAt(byte % 62);
    }
  }
  return text;
}

/** Base62 digits of a whole number, most significant first, zero-padded to `length`; `value` must be below 62 ** length. */
export function encodeBase62(value: number, length: number): string {
  let text = '';
  for (let rest = value; text.length < length; rest = Math.floor(rest / 62)) {
    text = base62Alphabet.charAt(rest % 62) + text;
  }
  return text;
}
