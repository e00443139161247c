import pg from 'pg';
import { unavailable, WriteGatherer } from '@calkeep/platform';
import { contextStatement, PipelinedRead, type Statement } from './pipelined-read.js';

export interface PipelinesOptions {
  databaseUrl: string;
  /** Connections; a handful, since each carries many reads at once. */
  connections: number;
  /** Reads that may wait for their turn. Beyond it the answer is 503 at once: a queue would only grow. */
  waitingMax: number;
  /** A read that is not answered in this time ends its connection, and with it whatever waited behind it. */
  timeoutMs: number;
}

const connectTimeoutMs = 5_000;
const reconnectDelayMsMax = 1_000;
const watchIntervalMs = 250;

/**
 * What is under way on one connection: so many point reads, or fewer of what weighs more. More wait here, for whichever
 * connection has answered next: on a busy machine one of PostgreSQL's processes may get no turn for a fifth of a second, and what
 * was sent to it shares its fate. Without that the slowest hundredth of lists took twice as long; with as few point reads as
 * lists, fewer of them left and came in one system call, which cost a fifth of their number.
 */
const windowMax = 28;

/** A read that was not sent yet. */
interface WaitingRead {
  readonly weight: number;
  readonly send: (pipeline: Pipeline) => void;
  readonly refuse: (error: Error) => void;
  readonly since: number;
}

/**
 * The connections of the hot path: point reads and pages, pipelined (a read is sent without waiting
 * for the answer of the one before). One slow statement delays those behind it on its connection, so
 * what may be slow (searches, exports, deep pages) and every write belong on the ordinary pool.
 */
export class Pipelines {
  readonly #options: PipelinesOptions;
  readonly #pipelines: Pipeline[];
  /** The longest waiting first. */
  readonly #waiting: WaitingRead[] = [];
  readonly #watch: NodeJS.Timeout;

  constructor(options: PipelinesOptions) {
    this.#options = options;
    const onFree = () => this.#sendWaiting();
    this.#pipelines = Array.from({ length: options.connections }, () => new Pipeline(options, onFree));
    // One timer in the place of one a read.
    this.#watch = setInterval(() => this.#refuseStale(), watchIntervalMs);
    this.#watch.unref();
  }

  /** Resolves when every connection stands. */
  async connect(): Promise<void> {
    await Promise.all(this.#pipelines.map((pipeline) => pipeline.connect()));
  }

  /**
   * @returns the rows, each an array of columns.
   * @throws AppError `service_unavailable` when no connection stands, all are full, or the answer did not come.
   */
  read(workspaceId: string, statement: Statement, values: readonly unknown[]): Promise<unknown[][]> {
    const { weight = 1 } = statement;
    const pipeline = this.#leastLoaded();
    if (!pipeline) return Promise.reject(unavailable(new Error('no connection to the database')));
    if (pipeline.hasRoomFor(weight) && this.#waiting.length === 0) return pipeline.read(workspaceId, statement, values);
    if (this.#waiting.length >= this.#options.waitingMax)
      return Promise.reject(unavailable(new Error('every connection to the database is full')));
    return new Promise((resolve, reject) => {
      const send = (free: Pipeline) => resolve(free.read(workspaceId, statement, values));
      this.#waiting.push({ weight, send, refuse: reject, since: performance.now() });
    });
  }

  async close(): Promise<void> {
    clearInterval(this.#watch);
    await Promise.all(this.#pipelines.map((pipeline) => pipeline.close()));
  }

  #leastLoaded(): Pipeline | undefined {
    let best: Pipeline | undefined;
    for (const pipeline of this.#pipelines)
      if (pipeline.isReady && (best === undefined || pipeline.load < best.load)) best = pipeline;
    return best;
  }

  /** When a read has ended, or a connection: then what waits goes to the others, or nowhere. */
  #sendWaiting(): void {
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      const pipeline = this.#leastLoaded();
      if (pipeline && !pipeline.hasRoomFor(next.weight)) return;
      this.#waiting.shift();
      if (pipeline) next.send(pipeline);
      else next.refuse(unavailable(new Error('no connection to the database')));
    }
  }

  #refuseStale(): void {
    const since = performance.now() - this.#options.timeoutMs;
    while (this.#waiting[0] && this.#waiting[0].since < since)
      this.#waiting.shift()?.refuse(unavailable(new Error('the connections to the database were full for too long')));
  }
}

/** One connection, opened again whenever it is lost. */
class Pipeline {
  readonly #options: PipelinesOptions;
  readonly #watch: NodeJS.Timeout;
  #client: pg.Client | undefined;
  #isClosed = false;
  #attempts = 0;
  /** Reads sent and not answered. Answers come in order, so a progress in time means that none hangs. */
  #depth = 0;
  /** The weight of those. */
  load = 0;
  #lastProgressAt = 0;
  readonly #gatherer = new WriteGatherer();

  /** @param onFree is told when a read has ended, and when the connection is lost. */
  constructor(
    options: PipelinesOptions,
    private readonly onFree: () => void,
  ) {
    this.#options = options;
    this.#watch = setInterval(() => this.#cutWhenStuck(), watchIntervalMs);
    this.#watch.unref();
  }

  get isReady(): boolean {
    return this.#client !== undefined;
  }

  /** Whatever a read weighs, an idle connection has room for it. */
  hasRoomFor(weight: number): boolean {
    return this.load === 0 || this.load + weight <= windowMax;
  }

  async connect(): Promise<void> {
    const { databaseUrl, timeoutMs } = this.#options;
    const client = new pg.Client({
      connectionString: databaseUrl,
      pipeline: true,
      application_name: 'calkeep-reads',
      connectionTimeoutMillis: connectTimeoutMs,
      statement_timeout: timeoutMs,
      idle_in_transaction_session_timeout: timeoutMs,
      keepAlive: true,
    });
    client.on('error', () => undefined);
    client.once('end', () => this.#lost(client));
    await client.connect();
    await makeReady(client);
    if (this.#isClosed) return client.end();
    this.#attempts = 0;
    this.#client = client;
  }

  read(workspaceId: string, statement: Statement, values: readonly unknown[]): Promise<unknown[][]> {
    return new Promise((resolve, reject) => {
      const client = this.#client;
      if (!client) return reject(unavailable(new Error('the connection to the database was lost')));
      const { weight = 1 } = statement;
      this.load += weight;
      if (this.#depth++ === 0) this.#lastProgressAt = performance.now();
      this.#gatherer.gather(client.connection.stream);
      client.query(
        new PipelinedRead(workspaceId, statement, values, (error, result) => {
          this.load -= weight;
          this.#depth--;
          this.#lastProgressAt = performance.now();
          if (error) reject(error);
          else resolve(result.rows);
          this.onFree();
        }),
      );
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#watch);
    await this.#client?.end();
  }

  #lost(client: pg.Client): void {
    if (this.#client === client) this.#client = undefined;
    this.onFree();
    if (this.#isClosed) return;
    const delayMs = Math.min(25 * 2 ** this.#attempts++, reconnectDelayMsMax);
    setTimeout(() => void this.#reconnect(), delayMs).unref();
  }

  async #reconnect(): Promise<void> {
    if (this.#isClosed) return;
    // A failed attempt ends its client, and that event schedules the next.
    await this.connect().catch(() => undefined);
  }

  #cutWhenStuck(): void {
    // The statement timeout answers first where PostgreSQL is alive; this is for when it is not.
    const isStuck = this.#depth > 0 && performance.now() - this.#lastProgressAt > this.#options.timeoutMs + 1_000;
    const client = this.#client;
    if (!isStuck || !client) return;
    this.#client = undefined;
    client.connection.stream.destroy();
  }
}

/**
 * Every statement here is planned once: what is best for it does not depend on its values. Left to itself PostgreSQL found the
 * plan without values dearer by its reckoning and planned lists anew each time, which took as long as to execute them.
 */
const planOnce = 'set plan_cache_mode to force_generic_plan';

/** Prepares the context's statement once and for all, so that a read only binds it. A connection that cannot is of no use. */
async function makeReady(client: pg.Client): Promise<void> {
  // pg knows query_timeout of a single query, which its types leave out.
  const inTime = { query_timeout: connectTimeoutMs };
  try {
    await client.query({ text: planOnce, ...inTime });
    await client.query({ ...contextStatement, values: [''], ...inTime });
  } catch (error) {
    client.connection.stream.destroy();
    throw error;
  }
}
