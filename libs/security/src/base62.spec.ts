import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { base62Alphabet, encodeBase62, randomBase62 } from './base62.js';

describe('base62', () => {
  it('gives every character exactly as many bytes as any other', () => {
    const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const text = randomBase62(248, () => everyByte);
    for (const character of base62Alphabet) expect(text.split(character)).toHaveLength(1 + 248 / 62);
  });

  it('asks for more randomness instead of shortening the text when bytes are thrown away', () => {
    const sizes: number[] = [];
    const halfUnusable = (size: number) => {
      sizes.push(size);
      return Uint8Array.from({ length: size }, (_, index) => (index % 2 ? 255 : 61));
    };
    expect(randomBase62(8, halfUnusable)).toBe('zzzzzzzz');
    expect(sizes).toEqual([8, 4, 2, 1]);
  });

  it('spreads real randomness evenly over the alphabet', () => {
    const text = randomBase62(62_000);
    const counts = new Map<string, number>();
    for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
    let chiSquare = 0;
    for (const character of base62Alphabet) chiSquare += ((counts.get(character) ?? 0) - 1000) ** 2 / 1000;
    // 61 degrees of freedom: an even source exceeds 160 less than once in 10 ** 10 runs.
    expect(chiSquare).toBeLessThan(160);
  });

  it('writes numbers with the most significant digit first and pads with zeros', () => {
    expect(encodeBase62(0, 6)).toBe('000000');
    expect(encodeBase62(61, 2)).toBe('0z');
    expect(encodeBase62(62, 2)).toBe('10');
    fc.assert(
      fc.property(fc.nat({ max: 0xffffffff }), (value) => {
        const digits = [...encodeBase62(value, 6)].map((digit) => base62Alphabet.indexOf(digit));
        expect(digits.reduce((sum, digit) => sum * 62 + digit, 0)).toBe(value);
      }),
    );
  });
});
