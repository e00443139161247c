import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** One direction's bytes of one connection as they passed, in the order of all. */
export interface Passage {
  connection: number;
  to: 'server' | 'client';
  bytes: Buffer;
}

/**
 * A proxy on the loopback between the API and one of its servers: records what passes, and can hold it back as a
 * network that lost its way does.
 */
export class TcpProxy {
  readonly port: number;
  readonly #passages: Passage[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #closeServer: () => Promise<void>;
  #holdBehind: string | undefined;

  private constructor(port: number, closeServer: () => Promise<void>) {
    this.port = port;
    this.#closeServer = closeServer;
  }

  /** @param targetUrl of the server, whose host and port are where the proxy leads. */
  static async before(targetUrl: string): Promise<TcpProxy> {
    const target = new URL(targetUrl);
    let connections = 0;
    const server = createServer((client) =>
      proxy.#join(client, connect(Number(target.port), target.hostname), ++connections),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy listens on no port');
    const proxy = new TcpProxy(address.port, () => new Promise((resolve) => server.close(() => resolve())));
    return proxy;
  }

  /** The same URL through the proxy. */
  url(targetUrl: string): string {
    const url = new URL(targetUrl);
    url.hostname = '127.0.0.1';
    url.port = String(this.port);
    return url.href;
  }

  /** What passed while `work` ran. */
  async during(work: () => Promise<unknown>): Promise<Passage[]> {
    const from = this.#passages.length;
    await work();
    return this.#passages.slice(from);
  }

  /** Everything that passed so far. */
  get passages(): readonly Passage[] {
    return this.#passages;
  }

  /** From here on nothing passes, and nobody is told. */
  hold(): void {
    for (const socket of this.#sockets) socket.pause();
  }

  /** As `hold`, from when these bytes have been passed on to the server: they arrive, and no answer comes back. */
  holdBehind(bytes: string): void {
    this.#holdBehind = bytes;
  }

  letGo(): void {
    for (const socket of this.#sockets) socket.resume();
  }

  async close(): Promise<void> {
    const closed = this.#closeServer();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #join(client: Socket, server: Socket, connection: number): void {
    this.#lead(client, server, { connection, to: 'server' });
    this.#lead(server, client, { connection, to: 'client' });
  }

  #lead(from: Socket, into: Socket, passage: Omit<Passage, 'bytes'>): void {
    this.#sockets.add(from);
    from.setNoDelay(true);
    from.on('data', (bytes: Buffer) => {
      this.#passages.push({ ...passage, bytes });
      into.write(bytes);
      if (this.#holdBehind !== undefined && passage.to === 'server' && bytes.includes(this.#holdBehind)) this.hold();
    });
    // The other end hears of it by the close that follows.
    from.on('error', () => undefined);
    from.once('close', () => {
      this.#sockets.delete(from);
      into.destroy();
    });
  }
}

/** How often the talk turned from the client to the server: the round trips of whoever sends one thing at a time. */
export function roundTrips(passages: readonly Passage[]): number {
  return passages.filter(({ to }, index) => to === 'server' && passages[index - 1]?.to !== 'server').length;
}
