import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, createWriteStream, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

const readyTimeoutMs = 60_000;
/** Longer than the API gives the requests that it is answering. */
const stopTimeoutMs = 30_000;

const readyMessage = z.object({ type: z.literal('ready'), url: z.string() });

export interface ApiCommand {
  /** The module to run. */
  entry: string;
  env: NodeJS.ProcessEnv;
  /** Appended to. */
  logFile: string;
  /** Show the log in this terminal as well. */
  isVerbose: boolean;
}

export interface ApiProcess {
  /** How it ended, in words; resolves when it has. */
  readonly exited: Promise<string>;
  /** Asks it to finish, and kills it after 30 s or when `hurry` aborts. Returns when it is gone. */
  stop(hurry: AbortSignal): Promise<void>;
}

/**
 * Runs the API in a process of its own, outside of this one's process group so that Ctrl-C reaches it only through `stop`.
 * The channel between them ends it when this process dies. Returns once it listens.
 * @throws Error when it exits before that, or does not get there in a minute.
 */
export async function startApiProcess(command: ApiCommand): Promise<ApiProcess> {
  const child = launch(command);
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`could not be run (${error.message})`));
    child.once('exit', (code, signal) => resolve(signal ? `was ended by ${signal}` : `exited with code ${code}`));
  });
  const killAtExit = () => child.kill('SIGKILL');
  process.once('exit', killAtExit);
  void exited.then(() => process.off('exit', killAtExit));

  const failure = await Promise.race([ready(child), exited, timeout(readyTimeoutMs)]);
  if (failure !== null) {
    child.kill('SIGKILL');
    throw new Error(`the API ${failure} before it was ready`);
  }
  return { exited, stop: (hurry) => stop(child, exited, hurry) };
}

function launch({ entry, env, logFile, isVerbose }: ApiCommand): ChildProcess {
  if (isVerbose) {
    const child = spawn(process.execPath, [entry], { env, detached: true, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    const log = createWriteStream(logFile, { flags: 'a', mode: 0o600 });
    child.stdout?.on('data', (chunk) => log.write(chunk)).pipe(process.stdout, { end: false });
    child.stderr?.on('data', (chunk) => log.write(chunk)).pipe(process.stderr, { end: false });
    return child;
  }
  // Straight into the file: nothing is lost when this process dies, and nothing passes through it.
  const log = openSync(logFile, 'a', 0o600);
  try {
    return spawn(process.execPath, [entry], { env, detached: true, stdio: ['ignore', log, log, 'ipc'] });
  } finally {
    closeSync(log);
  }
}

function ready(child: ChildProcess): Promise<null> {
  return new Promise((resolve) => {
    child.on('message', (message) => {
      if (readyMessage.safeParse(message).success) resolve(null);
    });
  });
}

async function timeout(ms: number): Promise<string> {
  await sleep(ms, undefined, { ref: false });
  return `said nothing for ${ms / 1000} s`;
}

async function stop(child: ChildProcess, exited: Promise<string>, hurry: AbortSignal): Promise<void> {
  child.kill('SIGTERM');
  const isPatienceOver = sleep(stopTimeoutMs, true, { signal: hurry, ref: false }).catch(() => true);
  if ((await Promise.race([exited.then(() => false), isPatienceOver])) === true) child.kill('SIGKILL');
  await exited;
}
