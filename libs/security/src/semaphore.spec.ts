import { describe, expect, it } from 'vitest';
import { OverloadedError, Semaphore } from './semaphore.js';

/** Tasks that run until they are told to end, and how many do at the moment and did at most. */
function stage() {
  const started: string[] = [];
  const endings = new Map<string, () => void>();
  let running = 0;
  let peak = 0;
  const task = (name: string) => async () => {
    started.push(name);
    peak = Math.max(peak, (running += 1));
    await new Promise<void>((resolve) => endings.set(name, resolve));
    running -= 1;
    return name;
  };
  return { started, task, end: (name: string) => endings.get(name)?.(), peak: () => peak };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('Semaphore', () => {
  it('never runs more tasks than allowed, and starts the others in order of arrival', async () => {
    const { started, task, end, peak } = stage();
    const semaphore = new Semaphore(2, 10);
    const results = ['a', 'b', 'c', 'd', 'e'].map((name) => semaphore.run(task(name)));
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      await settled();
      end(name);
    }
    expect(await Promise.all(results)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(started).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(peak()).toBe(2);
  });

  it('lets no newcomer in beside a task that has just had its turn', async () => {
    const { task, end, peak } = stage();
    const semaphore = new Semaphore(1, 10);
    const early = [semaphore.run(task('a')), semaphore.run(task('b'))];
    await settled();
    end('a');
    await early[0];
    const newcomer = semaphore.run(task('c'));
    for (const name of ['b', 'c']) {
      await settled();
      end(name);
    }
    await Promise.all([...early, newcomer]);
    expect(peak()).toBe(1);
  });

  it('refuses at once what finds no room to wait, and takes tasks again afterwards', async () => {
    const { task, end } = stage();
    const semaphore = new Semaphore(1, 1);
    const first = semaphore.run(task('a'));
    const second = semaphore.run(task('b'));
    await expect(semaphore.run(task('c'))).rejects.toThrow(OverloadedError);
    end('a');
    await first;
    await settled();
    end('b');
    await second;
    expect(await semaphore.run(async () => 'd')).toBe('d');
  });

  it('gives the place back when a task fails', async () => {
    const semaphore = new Semaphore(1, 0);
    await expect(semaphore.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await semaphore.run(async () => 'next')).toBe('next');
  });
});
