import { expect, it } from 'vitest';
import { newRecoveryCode, normalizeRecoveryCode } from './recovery-code.js';

it('is three groups of five characters that nobody takes for others', () => {
  const codes = Array.from({ length: 1_000 }, newRecoveryCode);
  for (const code of codes) expect(code).toMatch(/^[0-9a-hjkmnp-tv-z]{5}(-[0-9a-hjkmnp-tv-z]{5}){2}$/);
  expect(new Set(codes).size).toBe(codes.length);
});

it('uses the whole alphabet in every place', () => {
  const codes = Array.from({ length: 3_000 }, newRecoveryCode).map(normalizeRecoveryCode);
  for (let place = 0; place < 15; place++) expect(new Set(codes.map((code) => code.charAt(place))).size).toBe(32);
});

it.each([
  ['as it was told', 'k7m2x-9xqp4-trw01'],
  ['in capitals', 'K7M2X-9XQP4-TRW01'],
  ['without hyphens', 'k7m2x9xqp4trw01'],
  ['with spaces', ' k7m2x 9xqp4\ttrw01 '],
  ['with the dashes of a text processor', 'k7m2x–9xqp4—trw01'],
  ['with look-alikes', 'k7m2x-9xqp4-trwOl'],
])('is the same code %s', (_, text) => {
  expect(normalizeRecoveryCode(text)).toBe('k7m2x9xqp4trw01');
});
