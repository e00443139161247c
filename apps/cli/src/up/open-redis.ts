import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { startPrivateRedis } from '@calkeep/local-services';
import { GuardedRedis } from '@calkeep/platform';
import { CliError } from '../cli-error.js';
import { prepareLogFile } from './log-file.js';

const answerTimeoutMs = 3_000;

export interface OpenRedis {
  /** `none` when there is none. */
  url: string;
  /** For a person. */
  description: string;
  stop(): Promise<void>;
}

export interface OpenRedisRequest {
  redisUrl: string | undefined;
  dataDir: string;
  env: NodeJS.ProcessEnv;
}

/** REDIS_URL when that is set, else a private server when its program is on the PATH, else none. @throws CliError */
export async function openRedis({ redisUrl, dataDir, env }: OpenRedisRequest): Promise<OpenRedis> {
  if (redisUrl === 'none') return none('switched off');
  if (redisUrl !== undefined) return openGiven(redisUrl);
  const log = createWriteStream(await prepareLogFile(dataDir, 'redis.log'), { flags: 'a', mode: 0o600 });
  const server = await startPrivateRedis({
    dataDir: path.join(dataDir, 'redis'),
    env,
    onLog: (line) => log.write(`${line}\n`),
  });
  if (server === null) return none('not found');
  return { url: server.url, description: 'private server', stop: () => server.stop() };
}

function none(why: string): OpenRedis {
  const description = `${why}: one API process, rate limits in its memory, jobs on PostgreSQL`;
  return { url: 'none', description, stop: () => Promise.resolve() };
}

async function openGiven(redisUrl: string): Promise<OpenRedis> {
  const { host } = new URL(redisUrl);
  const redis = new GuardedRedis(redisUrl);
  try {
    await redis.settled(answerTimeoutMs);
    await redis.run((client) => client.ping(), answerTimeoutMs);
  } catch (cause) {
    throw new CliError(
      `REDIS_URL is set, but no Redis answers at ${host} with it. Start it, correct REDIS_URL, or unset it to do without.`,
      { cause },
    );
  } finally {
    await redis.close();
  }
  return { url: redisUrl, description: `REDIS_URL, ${host}`, stop: () => Promise.resolve() };
}
