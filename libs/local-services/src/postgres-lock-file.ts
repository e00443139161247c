import { readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LocalServiceError } from './local-service-error.js';
import { findProcess, stopProcess, type ProcessInfo, type StopStep } from './processes.js';

/** Fast shutdown: clients are cut off, all is written. Then immediate shutdown, which the next start recovers from. */
export const POSTGRES_STOP_STEPS: readonly [StopStep, ...StopStep[]] = [
  { signal: 'SIGINT', waitMs: 15_000 },
  { signal: 'SIGQUIT', waitMs: 5_000 },
];

const OWNER_SETTING = 'calkeep.owner_pid';

/** What marks a server as started by this process: an option without effect, that any other process can read. */
export function ownerArgs(): string[] {
  return ['-c', `${OWNER_SETTING}=${process.pid}`];
}

/** The text of `postmaster.pid`, null when there is none. Line 1 is the process id, line 8 the state. */
export async function readLockFile(dataDir: string): Promise<string | null> {
  return readFile(lockFilePath(dataDir), 'utf8').catch(() => null);
}

/**
 * Makes way for a new server on `dataDir`: stops one that a crashed owner left, and lets a lock file that names an
 * unrelated process (ids are reused) not count. Throws LocalServiceError when a server there is in use: one folder never
 * gets two servers, and no server is stopped that a live process owns or that was started by other means.
 */
export async function releaseDataDir(dataDir: string): Promise<void> {
  const lockFile = await readLockFile(dataDir);
  if (lockFile === null) return;
  const pid = Number.parseInt(lockFile, 10);
  const found = await findProcess(pid);
  if (found === null || !mayServe(found, dataDir)) return disownLockFile(dataDir, lockFile, pid);
  if (isOwned(found, dataDir)) throw inUse(dataDir, `the process ${found.parentPid}`);
  if (!isOurs(found, dataDir)) throw inUse(dataDir, `a PostgreSQL server with the process id ${pid}`);
  await stopProcess(pid, POSTGRES_STOP_STEPS);
}

/**
 * PostgreSQL takes a lock file for stale when no process has the id in it, or its own parent has. So where an unrelated
 * process has it, the file is made to name this process, rather than deleted: its other lines let PostgreSQL see, by their
 * shared memory, workers that outlived a killed server.
 */
function disownLockFile(dataDir: string, lockFile: string, pid: number): void {
  if (!isTaken(pid)) return;
  const path = lockFilePath(dataDir);
  // Synchronously, as near to one step as can be: another start may just have replaced the file.
  if (readFileSync(path, 'utf8') === lockFile) writeFileSync(path, lockFile.replace(/^.*/, String(process.pid)));
}

/** As PostgreSQL sees it, for which a process that waits to be reaped is alive. */
function isTaken(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

/** Whether the process may be a server on that folder; its working directory is its data folder. */
function mayServe({ command, workingDir }: ProcessInfo, dataDir: string): boolean {
  return workingDir === null ? /\bpostgres\b/.test(command) : workingDir === dataDir;
}

function isOurs({ command }: ProcessInfo, dataDir: string): boolean {
  return command.includes(` -D ${dataDir} `) && command.includes(` ${OWNER_SETTING}=`);
}

/** A server whose owner died has been handed to another parent. */
function isOwned(found: ProcessInfo, dataDir: string): boolean {
  return isOurs(found, dataDir) && found.command.includes(` ${OWNER_SETTING}=${found.parentPid} `);
}

function inUse(dataDir: string, who: string): LocalServiceError {
  return new LocalServiceError(`${dataDir} is in use by ${who}; stop that first, or choose another folder`);
}

function lockFilePath(dataDir: string): string {
  return join(dataDir, 'postmaster.pid');
}
