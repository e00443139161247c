import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refuseExcess } from './json-excess.js';

const json = fc.jsonValue({ maxDepth: 8, stringUnit: 'binary' });
const layout = fc.constantFrom(undefined, 1, '\t', '  ');

describe('refuseExcess', () => {
  it('counts members, items and levels exactly, whatever the texts within look like', () => {
    const texts = fc.oneof(
      json,
      fc.array(fc.constantFrom('"', '\\', '[', '{,', '\\"', '\\\\"}', ''), { maxLength: 20 }),
    );
    fc.assert(
      fc.property(texts, layout, (value, space) => {
        const text = JSON.stringify(value, null, space);
        const [depth, values] = [depthOf(value), valuesIn(value)];
        expect(isExcess(text, { depth, values })).toBe(false);
        expect(isExcess(text, { depth: depth - 1, values })).toBe(depth > 0);
        if (values > 0) expect(isExcess(text, { depth, values: values - 1 })).toBe(true);
      }),
    );
  });

  it('ends on whatever is no JSON', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        isExcess(text, { depth: 32, values: 1_000 });
      }),
    );
    for (const text of [
      '"',
      '"\\',
      '"\\"',
      '\\"',
      '"'.repeat(250_001),
      '\\'.repeat(250_000),
      `"${'\\"'.repeat(125_000)}`,
    ])
      expect(isExcess(text, { depth: 32, values: 1_000 })).toBe(false);
  });
});

function isExcess(text: string, bounds: { depth: number; values: number }): boolean {
  try {
    refuseExcess(text, bounds);
    return false;
  } catch {
    return true;
  }
}

function depthOf(value: unknown): number {
  return typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;
}

function valuesIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((sum: number, member) => sum + 1 + valuesIn(member), 0);
}
