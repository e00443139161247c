import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AnswerGatherer } from './answer-gatherer.js';

let server: Server;
let events: string[];
const clients: Socket[] = [];

beforeEach(async () => {
  events = [];
  server = createServer();
  server.on('connection', (socket) => tellOfWrites(socket));
  new AnswerGatherer().watch(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  server.close();
  await once(server, 'close');
});

it('sends what was written in a turn when the turn ends, and goes on when all of it has left', async () => {
  const [{ socket: one }, { socket: other }] = [await aConnection(), await aConnection()];

  one.write('first', () => events.push('first done'));
  other.write('second', () => events.push('second done'));
  await Promise.resolve();
  const before = [...events];
  await turn();

  expect(before).toEqual([]);
  expect(events).toEqual(['sent', 'sent', 'first done', 'second done']);
});

it('sends a text with an empty end, as Node ends an answer, in one plain write', async () => {
  const { socket, received } = await aConnection();

  socket.cork();
  socket.write('answer', () => events.push('answer done'));
  socket.write('', () => events.push('end done'));
  socket.uncork();
  await turn();
  socket.end();

  expect(events).toEqual(['sent', 'answer done', 'end done']);
  expect(await received).toBe('answer');
});

it('keeps the order of what is written to a socket, one write or many, text or bytes', async () => {
  const { socket, received } = await aConnection();

  socket.write('a');
  socket.write(Buffer.from('b'));
  socket.cork();
  socket.write('ç', 'utf8');
  socket.write('64', 'hex');
  socket.uncork();
  await turn();
  socket.end('e');

  expect(await received).toBe('abçde');
});

it('sends more than a socket takes at once, and then tells of it', async () => {
  const { socket, received } = await aConnection();
  const much = 'x'.repeat(32 * 1024 * 1024);

  const isDone = new Promise((resolve) => socket.write(much, resolve));
  expect(await isDone).toBeFalsy();
  socket.end();

  expect((await received).length).toBe(much.length);
});

it('sends to the others when a socket was closed before its turn came', async () => {
  const [{ socket: gone }, { socket: other, received }] = [await aConnection(), await aConnection()];

  const failure = new Promise<Error | null | undefined>((resolve) => gone.write('lost', resolve));
  gone.on('error', () => undefined);
  gone.destroy();
  other.end('kept');

  expect(await received).toBe('kept');
  expect(await failure).toBeInstanceOf(Error);
});

/** The server's end of a new connection, and all that comes out at the other. */
async function aConnection(): Promise<{ socket: Socket; received: Promise<string> }> {
  const { port } = server.address() as AddressInfo;
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const client = connect({ host: '127.0.0.1', port });
  clients.push(client);
  const received = text(client);
  received.catch(() => undefined);
  const [socket] = await accepted;
  return { socket, received };
}

/** Below the gatherer: when a write really leaves. */
function tellOfWrites(socket: Socket): void {
  const write = socket._write.bind(socket);
  socket._write = (chunk: unknown, encoding, done) => {
    events.push('sent');
    write(chunk, encoding, done);
  };
}

async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
}
