import { randomBytes } from 'node:crypto';

/** Crockford's base32: no character that is easily taken for another. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const codeLength = 15;
const groupPattern = /(.{5})(?=.)/g;

/** 75 random bits in a form that people can type, such as `k7m2x-9xqp4-trw0h`. */
export function newRecoveryCode(): string {
  // 32 divides 256, so no character is likelier than another.
  const characters = Array.from(randomBytes(codeLength), (byte) => alphabet.charAt(byte % alphabet.length));
  return characters.join('').replace(groupPattern, '$1-');
}

/** The one form of whatever way a code is written in: case, hyphens, spaces and look-alikes do not matter. */
export function normalizeRecoveryCode(text: string): string {
  return text
    .toLowerCase()
    .replace(/[\s\p{Pd}]/gu, '')
    .replaceAll('o', '0')
    .replace(/[il]/g, '1');
}
