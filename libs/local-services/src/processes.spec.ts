import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { findChildren, findProcess, signalWithChildren, stopProcess } from './processes.js';

/** A process that says when it is up, and lives on. */
async function startProcess(script = ''): Promise<number> {
  const child = spawn(process.execPath, ['-e', `${script}; setInterval(() => {}, 1e6); console.log('up')`]);
  await once(child.stdout, 'data');
  return child.pid ?? 0;
}

it('tells the parent and the command line of a process', async () => {
  const pid = await startProcess('"marker"');

  expect(await findProcess(pid)).toMatchObject({
    pid,
    parentPid: process.pid,
    command: expect.stringContaining('marker'),
  });
  expect((await findChildren(process.pid)).map((child) => child.pid)).toContain(pid);

  await stopProcess(pid, [{ signal: 'SIGTERM', waitMs: 5_000 }]);
  expect(await findProcess(pid)).toBeNull();
});

it('kills a process that ignores every step, with its children', async () => {
  const pid = await startProcess(`
    process.on('SIGTERM', () => {});
    require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { stdio: 'ignore' })`);
  const children = await findChildren(pid);

  await stopProcess(pid, [{ signal: 'SIGTERM', waitMs: 50 }]);

  expect(children).toHaveLength(1);
  await expect
    .poll(() => Promise.all([pid, ...children.map((child) => child.pid)].map(findProcess)))
    .toEqual([null, null]);
});

it('does not mind that the process has ended', async () => {
  const pid = await startProcess();
  await stopProcess(pid, [{ signal: 'SIGKILL', waitMs: 5_000 }]);

  await signalWithChildren(pid, 'SIGCONT');
  await stopProcess(pid, [{ signal: 'SIGTERM', waitMs: 5_000 }]);
});
