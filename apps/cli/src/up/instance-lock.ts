// Invariant: of all processes that ask for the lock of one data folder, at most one has it. The lock is a file that names
// its holder, and counts for as long as the holder answers. A dead holder has one heir, ever: who manages to make the file
// that bears the dead one's nonce. Only the heir may replace the lock, which it does in one step.

import { randomBytes } from 'node:crypto';
import { link, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { CliError } from '../cli-error.js';
import { parseJson, readTextFile } from '../read-json-file.js';
import { writePrivateFile } from '../write-private-file.js';
import { askInstance, openInstanceControl, type InstanceState } from './instance-control.js';

const attemptsMax = 20;
const lockFile = z.object({ pid: z.int(), controlPort: z.int().max(65_535), nonce: z.string().regex(/^[\w-]{1,64}$/) });
type Holder = z.output<typeof lockFile>;
/** What a file counts for that cannot be read: its holder is dead. */
const nobody: Holder = { pid: 0, controlPort: 1, nonce: 'unreadable' };

export interface InstanceLock {
  /** What others are told from now on. */
  publish(state: Partial<InstanceState>): void;
  release(): Promise<void>;
}

export type LockResult = { lock: InstanceLock } | { runningInstance: InstanceState };

/** Takes the lock of a data folder, over from a crashed holder if need be, or tells who has it. */
export async function acquireInstanceLock(dataDir: string): Promise<LockResult> {
  const file = lockFilePath(dataDir);
  const nonce = randomBytes(24).toString('base64url');
  const state: InstanceState = { pid: process.pid, baseUrl: null, databaseUrl: null };
  const control = await openInstanceControl(nonce, () => state);
  const draft = `${file}.${nonce}`;
  try {
    await writePrivateFile(draft, JSON.stringify({ pid: process.pid, controlPort: control.port, nonce }));
    const runningInstance = await takeFile(file, draft);
    if (runningInstance === null) return { lock: { publish: (news) => Object.assign(state, news), release } };
    control.close();
    return { runningInstance };
  } catch (error) {
    control.close();
    throw error;
  } finally {
    await rm(draft, { force: true });
  }

  async function release(): Promise<void> {
    // In this order: a holder that does not answer any more may already have an heir, whose file this would be.
    if ((await readHolder(file))?.nonce === nonce) await rm(file, { force: true });
    control.close();
  }
}

/** The process that holds the lock of the data folder and answers, or null. */
export async function findRunningInstance(dataDir: string): Promise<InstanceState | null> {
  const holder = await readHolder(lockFilePath(dataDir));
  return holder && askInstance(holder.controlPort, holder.nonce);
}

function lockFilePath(dataDir: string): string {
  return path.join(dataDir, 'up.json');
}

/** Puts the draft in the place of the lock file. @returns null, or who has the lock. */
async function takeFile(file: string, draft: string): Promise<InstanceState | null> {
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    if (await makeLink(draft, file)) return null;
    const holder = await readHolder(file);
    if (holder === null) continue;
    const succession = await findSuccession(file, draft, holder);
    if ('pid' in succession) return succession;
    // Heirs that are done remove their traces, so one may be made on a view that is out of date.
    const { heirFiles, ourFile } = succession;
    const isHeir = ourFile !== null && (await readHolder(file))?.nonce === holder.nonce;
    if (isHeir) await rename(draft, file);
    for (const trace of isHeir ? heirFiles : [ourFile ?? []].flat()) await rm(trace, { force: true });
    if (isHeir) return null;
  }
  throw new Error(`${file} changes hands too fast; try again`);
}

interface Succession {
  /** Of the dead, from the holder on. */
  heirFiles: string[];
  /** The last of them when it names us. */
  ourFile: string | null;
}

/** Follows heirs who died as well, to one who lives, or to the place that is now ours. */
async function findSuccession(file: string, draft: string, holder: Holder): Promise<Succession | InstanceState> {
  const heirFiles: string[] = [];
  for (let current: Holder | null = holder; current !== null;) {
    const running = await askInstance(current.controlPort, current.nonce);
    if (running !== null) return running;
    const heirFile = `${file}.${current.nonce}.heir`;
    if (heirFiles.includes(heirFile)) throw new CliError(`${heirFile} is damaged; delete it.`);
    heirFiles.push(heirFile);
    if (await makeLink(draft, heirFile)) return { heirFiles, ourFile: heirFile };
    current = await readHolder(heirFile);
  }
  return { heirFiles, ourFile: null };
}

/** null when there is no such file. */
async function readHolder(file: string): Promise<Holder | null> {
  const text = await readTextFile(file);
  return text === null ? null : (parseJson(text, lockFile) ?? nobody);
}

/** Unlike a rename, a link fails where there is a file already; unlike a new file, it is never seen half written. */
async function makeLink(draft: string, file: string): Promise<boolean> {
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}
