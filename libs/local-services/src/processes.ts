import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { platform } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const POLL_MS = 20;

/** A live process; one that has ended and only waits to be reaped does not count. */
export interface ProcessInfo {
  pid: number;
  parentPid: number;
  /** The command line, arguments separated by blanks. */
  command: string;
  /** null where it cannot be known: of another user's process, and everywhere but on Linux. */
  workingDir: string | null;
}

/** One step of stopping: the signal, and how long its effect is awaited. */
export interface StopStep {
  signal: NodeJS.Signals;
  waitMs: number;
}

/** The process of that id, or null when there is none. */
export async function findProcess(pid: number): Promise<ProcessInfo | null> {
  if (platform() === 'linux') return readFromProc(pid);
  return (await listWithPs(['-p', String(pid)]))[0] ?? null;
}

/** The direct children of a process. */
export async function findChildren(pid: number): Promise<ProcessInfo[]> {
  return (await listProcesses()).filter(({ parentPid }) => parentPid === pid);
}

/** Signals the direct children of a process and itself; of the PostgreSQL server these are all its processes. */
export async function signalWithChildren(pid: number, signal: NodeJS.Signals): Promise<void> {
  const children = await findChildren(pid);
  // The parent first: it must not start a replacement for a child.
  for (const id of [pid, ...children.map((child) => child.pid)]) sendSignal(id, signal);
}

/** Stops a process step by step and, when no step helped, kills it with its children. Returns when it is gone. */
export async function stopProcess(pid: number, steps: readonly StopStep[]): Promise<void> {
  for (const { signal, waitMs } of steps) {
    sendSignal(pid, signal);
    if (await hasEnded(pid, waitMs)) return;
  }
  await signalWithChildren(pid, 'SIGKILL');
  if (!(await hasEnded(pid, 5_000))) throw new Error(`process ${pid} survived SIGKILL for 5 s`);
}

async function hasEnded(pid: number, waitMs: number): Promise<boolean> {
  const deadline = Date.now() + waitMs;
  while (Date.now() < deadline) {
    if ((await findProcess(pid)) === null) return true;
    await sleep(POLL_MS);
  }
  return false;
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    const hasAlreadyEnded = error instanceof Error && 'code' in error && error.code === 'ESRCH';
    if (!hasAlreadyEnded) throw error;
  }
}

async function listProcesses(): Promise<ProcessInfo[]> {
  if (platform() !== 'linux') return listWithPs(['-A']);
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  return (await Promise.all(ids.map(readFromProc))).filter((found) => found !== null);
}

/** proc_pid_stat(5): `pid (name) state ppid …`, where the name may hold blanks and parentheses. */
async function readFromProc(pid: number): Promise<ProcessInfo | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8');
    const [state, parentPid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z' || state === 'X') return null;
    const workingDir = await readlink(`/proc/${pid}/cwd`).catch(() => null);
    return { pid, parentPid: Number(parentPid), command: command.replaceAll('\0', ' '), workingDir };
  } catch {
    return null; // It ended while it was being read.
  }
}

async function listWithPs(selection: readonly string[]): Promise<ProcessInfo[]> {
  const format = ['-ww', '-o', 'pid=,ppid=,stat=,command='];
  // `ps` exits with 1 when the selection is empty; what it printed then is the answer all the same.
  const output = await promisify(execFile)('ps', [...selection, ...format], { timeout: 5_000 }).then(
    ({ stdout }) => stdout,
    () => '',
  );
  return output.split('\n').flatMap((line) => {
    const [, pid, parentPid, state, command] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    if (pid === undefined || command === undefined || state?.startsWith('Z')) return [];
    return [{ pid: Number(pid), parentPid: Number(parentPid), command: `${command} `, workingDir: null }];
  });
}
