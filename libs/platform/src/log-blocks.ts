import { pino, type DestinationStream } from 'pino';

/** What is written in one system call, and how long a line waits for others at most. */
const blockBytes = 32_768;
const waitMs = 20;
/** Of UTF-8, for one unit of UTF-16. */
const bytesOfUnitMax = 3;

/** What pino makes of `contentMode: 'buffer'`, which its types do not tell. */
type ByteStream = Omit<ReturnType<typeof pino.destination>, 'write'> & { write: (bytes: Uint8Array) => boolean };

/**
 * A log whose lines are written together, by the time that they fill a block or are this old, without keeping the process
 * waiting: a system call for each of them was a fourteenth of the server's time. They are bytes from the moment they come:
 * as strings that were put together later, they took a fiftieth. What is logged before the process ends is written when it ends.
 */
export class LogBlocks implements DestinationStream {
  readonly #out: ByteStream;
  #block = Buffer.allocUnsafeSlow(2 * blockBytes);
  #used = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param fd where to: the standard output, or another open file. */
  constructor(fd = 1) {
    const options = {
      dest: fd,
      sync: false,
      contentMode: 'buffer',
      minLength: blockBytes,
      maxWrite: 2 * blockBytes,
    } as const;
    this.#out = pino.destination(options) as unknown as ByteStream;
    process.prependListener('exit', () => this.flushSync());
  }

  /** @param line with its end. */
  write(line: string): void {
    const most = line.length * bytesOfUnitMax;
    if (most > this.#block.length - this.#used) this.#handOver();
    if (most > this.#block.length) this.#out.write(Buffer.from(line));
    else this.#used += this.#block.write(line, this.#used);
    if (this.#used >= blockBytes) this.#handOver();
    this.#timer ??= setTimeout(() => this.#flush(), waitMs).unref();
  }

  flushSync(): void {
    this.#handOver();
    this.#out.flushSync();
  }

  #flush(): void {
    this.#timer = undefined;
    this.#handOver();
    this.#out.flush();
  }

  #handOver(): void {
    if (this.#used === 0) return;
    this.#out.write(this.#block.subarray(0, this.#used));
    this.#block = Buffer.allocUnsafeSlow(2 * blockBytes);
    this.#used = 0;
  }
}
