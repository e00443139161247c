import { connect, type Socket } from 'node:net';
import { errorEnvelope } from '@calkeep/contract';

export interface RawAnswer {
  status: number;
  /** The status line and the header fields, as they came. */
  head: string;
  body: string;
  /** Of an answer in the envelope of errors. */
  readonly error: { code: string; message: string; requestId: string };
}

/** Sends these very bytes on a connection of their own and reads until the server closes it. */
export async function sendRaw(baseUrl: string, ...lines: string[]): Promise<RawAnswer> {
  const { socket, received } = openRaw(baseUrl);
  socket.write(Buffer.from(lines.join('\r\n'), 'latin1'));
  return parseRaw(await received);
}

/** A connection to write to by hand; `received` is everything that came until it was closed. */
export function openRaw(baseUrl: string): { socket: Socket; received: Promise<string> } {
  const { hostname, port } = new URL(baseUrl);
  const socket = connect(Number(port), hostname);
  const chunks: Buffer[] = [];
  const received = new Promise<string>((resolve, reject) => {
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    // A server that closes with our bytes unread resets the connection; its answer may have come before.
    socket.on('error', (error) => (chunks.length > 0 ? resolve(Buffer.concat(chunks).toString()) : reject(error)));
    socket.on('close', () => resolve(Buffer.concat(chunks).toString()));
  });
  return { socket, received };
}

export function parseRaw(text: string): RawAnswer {
  const end = text.indexOf('\r\n\r\n');
  const head = text.slice(0, end);
  const body = text.slice(end + 4);
  return {
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]),
    head,
    body,
    get error() {
      return errorEnvelope.parse(JSON.parse(body)).error;
    },
  };
}
