import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createUuidSource } from './uuid-source.js';

const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const instants = fc.array(fc.integer({ min: 0, max: 2 ** 48 - 1_000 }), { minLength: 1, maxLength: 50 });

it('carries the instant in the first 48 bits of a version 7 UUID', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 48 - 1 }), (atMs) => {
      const uuid = createUuidSource()(atMs);
      expect(uuid).toMatch(pattern);
      expect(parseInt(uuid.replaceAll('-', '').slice(0, 12), 16)).toBe(atMs);
    }),
  );
});

it('gives ids that sort in the order in which they were asked for', () => {
  fc.assert(
    fc.property(instants, (times) => {
      const nextUuid = createUuidSource();
      const ids = times.sort((a, b) => a - b).map(nextUuid);
      expect([...ids].sort()).toEqual(ids);
    }),
  );
});

it('keeps the order, and every id unlike the others, when a millisecond is asked for more ids than it can number', () => {
  const nextUuid = createUuidSource();
  const ids = Array.from({ length: 10_000 }, () => nextUuid(1_700_000_000_000));
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});

it('differs between two sources', () => {
  expect(createUuidSource()(1)).not.toBe(createUuidSource()(1));
});
