import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { onTestFinished } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');
const TIMEOUT_MS = 60_000;

export interface CalkeepProcess {
  readonly pid: number;
  /** Both streams so far. */
  output(): string;
  /** Resolves when the output matches, with the match. Rejects when the process ends or a minute passes before. */
  untilPrinted(pattern: RegExp): Promise<RegExpExecArray>;
  /** Sends the signal, and resolves when the process has ended. */
  end(signal: NodeJS.Signals): Promise<number | null>;
  /** The exit code, null after a signal. */
  readonly ended: Promise<number | null>;
}

/** Runs the built `calkeep` as a newcomer's shell would, in an environment with these variables. It ends with the test. */
export function runCalkeep(args: readonly string[], env: Record<string, string>): CalkeepProcess {
  const calkeep = startCalkeep(args, env);
  onTestFinished(async () => void (await calkeep.end('SIGTERM')));
  return calkeep;
}

/** As `runCalkeep`, but the caller ends it. */
export function startCalkeep(args: readonly string[], env: Record<string, string>): CalkeepProcess {
  const child = spawn(process.execPath, [path.join(ROOT, 'apps/cli/dist/main.js'), ...args], {
    cwd: ROOT,
    // As under npm: it then stops also when this process is killed.
    env: { HOME: process.env['HOME'], npm_lifecycle_event: 'start', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return ended;
  };
  return {
    pid: child.pid ?? 0,
    output: () => output,
    untilPrinted: (pattern) => untilPrinted(child, pattern, () => output),
    end,
    ended,
  };
}

function untilPrinted(child: ChildProcess, pattern: RegExp, output: () => string): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`calkeep ${why} before it printed ${pattern}:\n${output()}`));
    const timer = setTimeout(() => fail('took a minute'), TIMEOUT_MS);
    const look = () => {
      const match = pattern.exec(output());
      if (match === null) return;
      clearTimeout(timer);
      resolve(match);
    };
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', look);
    child.once('close', () => {
      clearTimeout(timer);
      fail('ended');
    });
    look();
  });
}

/** A data folder for one test, below an ignored one. It is removed with what is in it. */
export async function aDataDir(): Promise<string> {
  const dataDir = path.join(ROOT, '.tmp', 'e2e', randomUUID());
  await mkdir(path.dirname(dataDir), { recursive: true });
  onTestFinished(() => rm(dataDir, { recursive: true, force: true, maxRetries: 3 }));
  return dataDir;
}

/** Whether the process is there; one that only waits to be reaped is not. */
export async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  return stat !== null && !/^\d+ \(.*\) [ZX]/.test(stat);
}
