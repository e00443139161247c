import { randomBase62, type RandomSource } from './base62.js';

/** A password that nobody chose: 24 characters are 142 bits. */
export function randomPassword(length = 24, random?: RandomSource): string {
  return randomBase62(length, random);
}
