import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { LocalServiceError } from './local-service-error.js';
import { stopProcess, type StopStep } from './processes.js';

const LOG_TAIL_LINES = 12;

export interface ServiceCommand {
  command: string;
  args: readonly string[];
  env: Record<string, string>;
  cwd: string;
  /** Written to standard input, which is then closed. */
  input?: string;
  uid?: number;
  gid?: number;
  /** Tried in order by `stop`; the first is also what the server gets when this process exits without stopping it. */
  stopSteps: readonly [StopStep, ...StopStep[]];
  onLog?: ((line: string) => void) | undefined;
}

export interface ServiceProcess {
  readonly pid: number;
  hasExited(): boolean;
  /** Stops the server and returns when it is gone; safe to call again. */
  stop(): Promise<void>;
  /** An error that carries the last lines the server logged. */
  failure(what: string): Promise<LocalServiceError>;
}

/**
 * Starts a server as a child in a session of its own, so that Ctrl-C in a terminal reaches only the owner, which stops its
 * servers in its own order. A server outlives its owner only when that is killed outright; the next start deals with it.
 */
export async function startServiceProcess(service: ServiceCommand): Promise<ServiceProcess> {
  const { command, args, env, cwd, uid, gid, stopSteps } = service;
  const child = spawn(command, args, {
    env,
    cwd,
    detached: true,
    stdio: 'pipe',
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
  });
  const tail = collectLog(child, service.onLog);
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  // An early death shows in `hasExited`; writing to it must not crash the owner.
  child.stdin.on('error', () => undefined).end(service.input);
  const pid = await spawned(child, command);

  const stopAtExit = () => child.kill(stopSteps[0].signal);
  process.once('exit', stopAtExit);
  child.once('exit', () => process.off('exit', stopAtExit));
  const hasExited = () => child.exitCode !== null || child.signalCode !== null;
  return {
    pid,
    hasExited,
    async stop() {
      if (hasExited()) return;
      await stopProcess(pid, stopSteps);
      await exited;
    },
    async failure(what) {
      // The last words may still be in the pipe; a grandchild that holds it open is not waited for.
      if (hasExited()) await Promise.race([closed, sleep(500)]);
      return new LocalServiceError([what, ...tail].join('\n  '));
    },
  };
}

async function spawned(child: ChildProcess, command: string): Promise<number> {
  try {
    if (child.pid === undefined) await once(child, 'spawn');
  } catch (error) {
    throw new LocalServiceError(`${command} could not be run`, { cause: error });
  }
  if (child.pid === undefined) throw new LocalServiceError(`${command} could not be run`);
  return child.pid;
}

function collectLog(child: ChildProcess, onLog: ServiceCommand['onLog']): readonly string[] {
  const tail: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      tail.push(line);
      if (tail.length > LOG_TAIL_LINES) tail.shift();
      onLog?.(line);
    });
  }
  return tail;
}
