import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { Steps, type Output } from './steps.js';

/** An output that remembers, and a clock that goes on by a second and a half at each look. */
function aTerminal({ isTTY = false } = {}) {
  let text = '';
  let nowMs = 0;
  const output: Output = Object.assign(new PassThrough(), { isTTY });
  output.on('data', (chunk) => (text += String(chunk)));
  return { steps: new Steps({ output, now: () => (nowMs += 1_500) }), text: () => text };
}

it('writes one line a step, with its outcome and its time, where there is no terminal', async () => {
  const { steps, text } = aTerminal();
  await steps.run(
    'Database',
    () => Promise.resolve(18),
    (version) => `PostgreSQL ${version}`,
  );
  expect(text()).toMatch(/^ {2}✔ Database {3}PostgreSQL 18 +1\.5 s\n$/);
});

it('moves no cursor and shows no colours where there is no terminal', async () => {
  const { steps, text } = aTerminal();
  await steps.run('Database', () => Promise.resolve());
  steps.note('something');
  expect(stripVTControlCharacters(text())).toBe(text());
  expect(text()).not.toContain('\r');
});

it('turns the spinner into the tick in a terminal', async () => {
  const { steps, text } = aTerminal({ isTTY: true });
  await steps.run('Database', () => Promise.resolve());
  const [spinner, tick] = text().split('\r\u001b[K');
  expect(spinner).toContain('Database …');
  expect(stripVTControlCharacters(tick ?? '')).toMatch(/^ {2}✔ Database .*1\.5 s\n$/);
});

it('marks a step that throws, and passes the error on', async () => {
  const { steps, text } = aTerminal();
  await expect(steps.run('Redis', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(text()).toMatch(/✖ Redis +failed +1\.5 s/);
});
