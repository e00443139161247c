import { rm } from 'node:fs/promises';
import path from 'node:path';
import { findFreePort, provideRedisServer, startPrivateRedis, type PrivateRedis } from '@calkeep/local-services';
import { Redis } from 'ioredis';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** The same at every start, as it is for a Redis that comes back after a crash. */
const CREDENTIALS = 'api:own-redis-of-a-test';

/** A Redis of one test file alone, to be killed, paused and brought back on the same port. */
export class OwnRedis {
  readonly url: string;
  readonly #dataDir: string;
  readonly #port: number;
  #server: PrivateRedis | null = null;

  private constructor(dataDir: string, port: number) {
    this.#dataDir = dataDir;
    this.#port = port;
    this.url = `redis://${CREDENTIALS}@127.0.0.1:${port}`;
  }

  /** Not started yet. */
  static async prepare(name: string): Promise<OwnRedis> {
    return new OwnRedis(path.join(ROOT, '.tmp', 'faults', `redis-${name}-${process.pid}`), await findFreePort());
  }

  async start(): Promise<void> {
    const { binary } = await provideRedisServer({ cacheDir: path.join(ROOT, '.cache', 'redis'), env: process.env });
    if (!binary) throw new Error('no Redis server: the suite must be one of describeWithRedis');
    this.#server = await startPrivateRedis({ dataDir: this.#dataDir, env: process.env, binary, port: this.#port });
    await this.#admitApi();
  }

  /** As a crash does: no goodbye to anybody. */
  kill(): void {
    this.#signal('SIGKILL');
  }

  /** Still accepts connections (the kernel does that), and answers nothing. */
  pause(): void {
    this.#signal('SIGSTOP');
  }

  resume(): void {
    this.#signal('SIGCONT');
  }

  async stop(): Promise<void> {
    if (this.#server) this.#signal('SIGCONT');
    await this.#server?.stop();
    await rm(this.#dataDir, { recursive: true, force: true });
  }

  #signal(signal: NodeJS.Signals): void {
    if (!this.#server) throw new Error('the Redis of the test is not started');
    try {
      process.kill(this.#server.pid, signal);
    } catch (error) {
      const hasEnded = error instanceof Error && 'code' in error && error.code === 'ESRCH';
      if (!hasEnded) throw error;
    }
  }

  /** Each start makes its own password; the API's user is the same every time. */
  async #admitApi(): Promise<void> {
    const [name = '', password = ''] = CREDENTIALS.split(':');
    const client = new Redis(this.#server?.url ?? '');
    await client.call('ACL', 'SETUSER', name, 'on', `>${password}`, '~*', '&*', '+@all');
    client.disconnect();
  }
}
