import { beforeEach, expect, it } from 'vitest';
import { EmptyBuckets } from './empty-buckets.js';

let now: number;
let empty: EmptyBuckets;

beforeEach(() => {
  now = 1_000_000;
  empty = new EmptyBuckets({ now: () => now });
});

it('says of what it knows how long it lasts, the longest of several, and nothing of what it does not', () => {
  empty.remember('a', 9);
  empty.remember('b', 30);
  expect(empty.waitSeconds(['a'])).toBe(9);
  expect(empty.waitSeconds(['c', 'a', 'b'])).toBe(30);
  expect(empty.waitSeconds(['c'])).toBe(0);
  expect(empty.waitSeconds([])).toBe(0);
});

it('lets the database be asked again a moment before the time that was told, and no sooner', () => {
  empty.remember('a', 9);
  now += 8_499;
  expect(empty.waitSeconds(['a'])).toBe(1);
  now += 1;
  expect(empty.waitSeconds(['a'])).toBe(0);
});

it('knows no more of what was given back', () => {
  empty.remember('a', 9);
  empty.forget(['a', 'b']);
  expect(empty.waitSeconds(['a'])).toBe(0);
});

it('remembers a bounded number, the latest of them', () => {
  for (let key = 0; key < 25_000; key++) {
    empty.remember(String(key), 9);
    if (key % 100 === 0) empty.remember('often', 9);
  }
  expect(empty.waitSeconds(['14999'])).toBe(0);
  expect(empty.waitSeconds(['24999'])).toBe(9);
  expect(empty.waitSeconds(['often'])).toBe(9);
});
