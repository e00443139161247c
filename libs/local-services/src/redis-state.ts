import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LocalServiceError } from './local-service-error.js';
import { findProcess, stopProcess, type StopStep } from './processes.js';
import { askRedis } from './redis-client.js';

/** What a start notes beside its server, readable for its user alone, so that a later start finds the server. */
export interface RedisState {
  pid: number;
  ownerPid: number;
  port: number;
  password: string;
}

export function redisStateFile(dataDir: string): string {
  return join(dataDir, 'private-redis.json');
}

/**
 * Makes way for a new server on `dataDir`: stops one that a crashed owner left there. Throws LocalServiceError when its
 * owner is alive. A process that merely has the noted id, which are reused, is left alone.
 */
export async function releaseRedisDir(dataDir: string, stopSteps: readonly StopStep[]): Promise<void> {
  const state = await readState(dataDir);
  if (state === null) return;
  const found = await findProcess(state.pid);
  if (found !== null && (await isOurs(state, dataDir))) {
    // A server whose owner died has been handed to another parent.
    if (found.parentPid === state.ownerPid) {
      throw new LocalServiceError(
        `${dataDir} is in use by the process ${state.ownerPid}; stop that first, or choose another folder`,
      );
    }
    await stopProcess(state.pid, stopSteps);
  }
  await rm(redisStateFile(dataDir), { force: true });
}

/** The noted process is ours when it takes the noted password, and names itself and the folder. */
async function isOurs({ pid, port, password }: RedisState, dataDir: string): Promise<boolean> {
  const reply = await askRedis({ port, password }, ['CONFIG GET dir', 'INFO server']).catch(() => '');
  return reply.includes(`\r\n${dataDir}\r\n`) && reply.includes(`\r\nprocess_id:${pid}\r\n`);
}

async function readState(dataDir: string): Promise<RedisState | null> {
  const text = await readFile(redisStateFile(dataDir), 'utf8').catch(() => null);
  try {
    const value: unknown = text === null ? null : JSON.parse(text);
    return isState(value) ? value : null;
  } catch {
    return null; // Cut off by a crash while it was written: nothing can be known from it.
  }
}

function isState(value: unknown): value is RedisState {
  if (typeof value !== 'object' || value === null) return false;
  if (!('pid' in value && 'ownerPid' in value && 'port' in value && 'password' in value)) return false;
  const { pid, ownerPid, port, password } = value;
  return [pid, ownerPid, port].every(Number.isSafeInteger) && typeof password === 'string';
}
