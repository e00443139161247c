import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { LogBlocks } from './log-blocks.js';

it('writes a single line in a moment', async () => {
  const { log, written } = await aLog();
  log.write('one\n');
  expect(written()).toBe('');
  await expect.poll(written).toBe('one\n');
});

it('writes lines of every length in their order, each as it was', async () => {
  const { log, written } = await aLog();
  const lines = Array.from(
    { length: 400 },
    (_, index) => `${index} ${'ä€😀'[index % 3]}${'x'.repeat((index * 97) % 300)}\n`,
  );
  const long = [`${'ü'.repeat(20_000)}\n`, `${'y'.repeat(16_384)}\n`, `${'€'.repeat(5_461)}\n`];
  for (const line of [...lines, ...long, ...lines]) {
    log.write(line);
    if (line.startsWith('200 ')) await sleep(30);
  }
  const all = Buffer.from([...lines, ...long, ...lines].join('')).toString();
  await expect.poll(() => written().length).toBe(all.length);
  expect(written()).toBe(all);
});

it('writes what is there when the process ends', async () => {
  const entry = fileURLToPath(new URL('../dist/log-blocks.js', import.meta.url));
  const script = `
    const { LogBlocks } = await import(${JSON.stringify(entry)});
    const log = new LogBlocks();
    for (let count = 0; count < 500; count++) log.write('line ' + count + '\\n');
    process.exit(0);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  expect(await text(child.stdout)).toBe(Array.from({ length: 500 }, (_, count) => `line ${count}\n`).join(''));
});

async function aLog(): Promise<{ log: LogBlocks; written: () => string }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'log-blocks-'));
  const file = path.join(folder, 'log');
  const fd = openSync(file, 'a');
  onTestFinished(async () => {
    closeSync(fd);
    await rm(folder, { recursive: true });
  });
  return { log: new LogBlocks(fd), written: () => readFileSync(file, 'utf8') };
}
