import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { z } from 'zod';

const answerTimeoutMs = 3_000;
const requestBytesMax = 256;

/** What a running instance tells whoever can read its lock file. The fields are null until it has got that far. */
export const instanceState = z.object({
  pid: z.int(),
  baseUrl: z.string().nullable(),
  /** The owner's: with it goes everything but what a superuser may. */
  databaseUrl: z.string().nullable(),
});
export type InstanceState = z.output<typeof instanceState>;

export interface InstanceControl {
  readonly port: number;
  close(): void;
}

/** Answers on a free port of 127.0.0.1, and only who knows the nonce. */
export async function openInstanceControl(nonce: string, state: () => InstanceState): Promise<InstanceControl> {
  const server = createServer((socket) => answer(socket, nonce, state));
  const port = await listen(server);
  // A lock must not keep a process alive that has nothing else to do.
  server.unref();
  return { port, close: () => server.close() };
}

/** The instance's state, or null when nothing on that port knows the nonce. */
export function askInstance(port: number, nonce: string): Promise<InstanceState | null> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    let reply = '';
    socket.setEncoding('utf8').setTimeout(answerTimeoutMs, () => socket.destroy());
    socket.on('data', (text) => (reply += String(text)));
    // Refused or cut off is an answer too, and `close` follows.
    socket.on('error', () => undefined);
    socket.once('close', () => resolve(parseState(reply)));
    socket.write(`${nonce}\n`);
  });
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0, exclusive: true }, () => {
      const address = server.address();
      if (address !== null && typeof address === 'object') resolve(address.port);
      else reject(new Error('the system gave no TCP port'));
    });
  });
}

function answer(socket: Socket, nonce: string, state: () => InstanceState): void {
  let request = '';
  socket.setEncoding('utf8').setTimeout(answerTimeoutMs, () => socket.destroy());
  socket.on('error', () => undefined);
  socket.on('data', (text) => {
    request += String(text);
    if (request === `${nonce}\n`) socket.end(JSON.stringify(state()));
    else if (request.includes('\n') || request.length > requestBytesMax) socket.destroy();
  });
}

function parseState(reply: string): InstanceState | null {
  try {
    return instanceState.parse(JSON.parse(reply));
  } catch {
    return null;
  }
}
