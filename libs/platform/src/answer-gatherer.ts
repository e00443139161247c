import type { Server, Socket } from 'node:net';

type Done = (error?: Error | null) => void;
type Write = (done: Done) => void;

/**
 * Sends what is written to the sockets of a server in one turn of the event loop when the turn ends, one right after the other.
 * A write wakes its reader, a proxy on the same machine for one, which has read it and sleeps again before the next answer is
 * ready: sent together, ten answers wake it once. It saved a sixteenth of a point read's time, and a third of a refusal's.
 * What follows a write (the log line of a request) follows when all of them have left.
 */
export class AnswerGatherer {
  #waiting: { write: Write; done: Done }[] = [];

  watch(server: Server): void {
    server.on('connection', (socket) => this.#defer(socket));
  }

  /** The methods that Node's documentation has for implementers of a stream; only one of them is under way at a time. */
  #defer(socket: Socket): void {
    const write = socket._write.bind(socket);
    const writeMany = socket._writev?.bind(socket);
    socket._write = (chunk: unknown, encoding: BufferEncoding, done: Done) =>
      this.#add((sent) => write(chunk, encoding, sent), done);
    if (writeMany)
      socket._writev = (chunks, done: Done) => {
        const only = onlyFilled(chunks);
        if (only) socket._write(only.chunk, only.encoding, done);
        else this.#add((sent) => writeMany(chunks, sent), done);
      };
  }

  #add(write: Write, done: Done): void {
    if (this.#waiting.length === 0) setImmediate(() => this.#sendAll());
    this.#waiting.push({ write, done });
  }

  #sendAll(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    const ends: (() => void)[] = [];
    let isSending = true;
    for (const { write, done } of waiting)
      write((error) => {
        if (isSending) ends.push(() => done(error));
        else done(error);
      });
    isSending = false;
    for (const end of ends) end();
  }
}

interface Chunk {
  readonly chunk: string | Uint8Array;
  readonly encoding: BufferEncoding;
}

/** Node ends an answer with an empty piece, and has to put the pieces together again: a tenth of what a refusal cost. */
function onlyFilled(chunks: readonly Chunk[]): Chunk | null {
  const [first, second] = chunks;
  return chunks.length === 2 && first && second?.chunk.length === 0 ? first : null;
}
