import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const sweepIntervalMs = 50;

/**
 * Serves for a while yet, and ends the connection with each answer: whoever keeps connections alive goes
 * elsewhere before the listener closes, and finds none closed under its next request.
 */
export async function drain(server: Server, ms: number): Promise<void> {
  server.prependListener('request', (_request, response) => void response.setHeader('Connection', 'close'));
  await sleep(ms);
}

/**
 * Closes the server. Node closes the connections that are idle at that moment; one whose request was still in
 * flight would be kept alive after its answer, and the close would wait for it.
 */
export async function closingIdleConnections(server: Server, close: () => Promise<void>): Promise<void> {
  const sweep = setInterval(() => server.closeIdleConnections(), sweepIntervalMs);
  try {
    await close();
  } finally {
    clearInterval(sweep);
  }
}
