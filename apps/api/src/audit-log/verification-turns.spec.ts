import { AppError } from '@calkeep/platform';
import { expect, it } from 'vitest';
import { VerificationTurns } from './verification-turns.js';

/** Walks that end when they are told to, in the order in which they began. */
function aHall() {
  const turns = new VerificationTurns<string>();
  const begun: { key: string; end(): void; fail(): void }[] = [];
  const take = (key: string) =>
    turns.take(
      key,
      () =>
        new Promise<string>((resolve, reject) => {
          const name = `${key}${begun.length + 1}`;
          begun.push({ key, end: () => resolve(name), fail: () => reject(new Error(name)) });
        }),
    );
  const settle = async () => {
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    return begun.map(({ key }) => key).join('');
  };
  return { take, begun, settle };
}

it('gives one walk of a key at a time, and all who come meanwhile the next one together', async () => {
  const { take, begun, settle } = aHall();
  const first = take('a');
  const [second, third] = [take('a'), take('a')];
  expect(await settle()).toBe('a');
  begun[0]?.end();
  expect(await first).toBe('a1');
  expect(await settle()).toBe('aa');
  const fourth = take('a');
  begun[1]?.end();
  expect(await Promise.all([second, third])).toEqual(['a2', 'a2']);
  expect(await settle()).toBe('aaa');
  begun[2]?.end();
  expect(await fourth).toBe('a3');
  const fifth = take('a');
  expect(await settle()).toBe('aaaa');
  begun[3]?.end();
  expect(await fifth).toBe('a4');
});

it('gives few walks at once in all, in the order of their asking', async () => {
  const { take, begun, settle } = aHall();
  const all = ['a', 'b', 'c', 'd'].map(take);
  expect(await settle()).toBe('ab');
  begun[1]?.end();
  expect(await settle()).toBe('abc');
  begun[0]?.end();
  expect(await settle()).toBe('abcd');
  for (const { end } of begun) end();
  expect(await Promise.all(all)).toEqual(['a1', 'b2', 'c3', 'd4']);
});

it('goes on after a walk that failed, and those who waited for it are not told', async () => {
  const { take, begun, settle } = aHall();
  const first = take('a');
  const second = take('a');
  await settle();
  begun[0]?.fail();
  await expect(first).rejects.toThrow('a1');
  await settle();
  begun[1]?.end();
  expect(await second).toBe('a2');
});

it('refuses, with a time to come back, when too many wait', async () => {
  const { take, begun, settle } = aHall();
  const keys = Array.from({ length: 18 }, (_, index) => `key ${index} `);
  const all = keys.map(take);
  await settle();
  const refused = await take('another').catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(AppError);
  expect(refused).toMatchObject({ status: 503, headers: { 'Retry-After': '30' } });
  for (let index = 0; index < keys.length; index++) {
    begun[index]?.end();
    await settle();
  }
  expect(await Promise.all(all)).toHaveLength(18);
  const later = take('another');
  await settle();
  begun.at(-1)?.end();
  expect(await later).toMatch(/^another/);
});
