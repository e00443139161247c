import { rm } from 'node:fs/promises';
import path from 'node:path';
import {
  ensureOwner,
  findFreePort,
  signalWithChildren,
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '@calkeep/local-services';
import { until } from './load.js';
import { prepareDatabase, type DatabaseUrls } from './prepare-database.js';

const PASSWORD = 'calkeep';
const FOLDER = path.resolve(import.meta.dirname, '../../.tmp/faults');
/** A crash of the server loses nothing by these; only one of the machine would. */
const SETTINGS = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off', shared_buffers: '32MB' };

/** A migrated PostgreSQL of one test file alone, to be crashed, paused and brought back on the same port. */
export class OwnPostgres {
  readonly urls: DatabaseUrls;
  readonly #dataDir: string;
  #server: EmbeddedPostgres;

  private constructor(server: EmbeddedPostgres, dataDir: string, urls: DatabaseUrls) {
    this.#server = server;
    this.#dataDir = dataDir;
    this.urls = urls;
  }

  static async start(name: string): Promise<OwnPostgres> {
    const dataDir = path.join(FOLDER, `postgres-${name}-${process.pid}`);
    const server = await startServer(dataDir, await findFreePort());
    const ownerUrl = await ensureOwner({ superuserUrl: server.url, database: 'postgres', ownerPassword: PASSWORD });
    return new OwnPostgres(server, dataDir, await prepareDatabase({ superuserUrl: server.url, ownerUrl }));
  }

  /** Immediate shutdown, which is what a crash leaves: sessions are cut, and the next start recovers. */
  async crash(): Promise<void> {
    const { pid } = this.#server;
    process.kill(pid, 'SIGQUIT');
    await until(async () => !isAlive(pid), 10_000);
  }

  async startAgain(): Promise<void> {
    this.#server = await startServer(this.#dataDir, this.#server.port);
  }

  pause(): Promise<void> {
    return signalWithChildren(this.#server.pid, 'SIGSTOP');
  }

  resume(): Promise<void> {
    return signalWithChildren(this.#server.pid, 'SIGCONT');
  }

  async stop(): Promise<void> {
    await this.resume();
    await this.#server.stop();
    await rm(this.#dataDir, { recursive: true, force: true });
  }
}

function startServer(dataDir: string, port: number): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({ dataDir, password: PASSWORD, port, settings: SETTINGS });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
