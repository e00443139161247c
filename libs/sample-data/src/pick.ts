import type { Faker } from '@faker-js/faker';

/** One of the values, each as likely as its weight says. */
export function weighted<T>(faker: Faker, choices: readonly (readonly [value: T, weight: number])[]): T {
  return faker.helpers.weightedArrayElement(choices.map(([value, weight]) => ({ value, weight })));
}

/** The value that `make` gives in `percent` of cases, else null. */
export function sometimes<T>(faker: Faker, percent: number, make: () => T): T | null {
  return faker.number.int({ min: 1, max: 100 }) <= percent ? make() : null;
}

/** A whole number of milliseconds between two instants, ends included. */
export function between(faker: Faker, fromMs: number, toMs: number): number {
  return faker.number.int({ min: Math.round(fromMs), max: Math.round(Math.max(fromMs, toMs)) });
}

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

export function instantOf(ms: number): string {
  return new Date(ms).toISOString();
}
