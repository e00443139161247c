import type { Socket } from 'node:net';
import { describe, it } from 'vitest';
import { aToken } from '../support/builders.js';
import { openRaw, parseRaw } from '../support/raw-http.js';
import { useApi } from '../support/use-api.js';

/** What the contract promises, and what a busy machine may add. */
const cutWithinMs = 15_000 + 5_000;

describe.concurrent('a connection that', () => {
  const api = useApi();

  it.for<[string, string[], number]>([
    ['says nothing', [], 408],
    ['sends half a request line', ['GET /api/v1/m'], 408],
    [
      'drips its headers',
      ['GET /api/v1/me HTTP/1.1\r\nHost: a\r\n', ...Array.from({ length: 100 }, (_, index) => `X-${index}: a\r\n`)],
      408,
    ],
    [
      'drips a body that has no route',
      ['POST /api/v1/bookings HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n', ...'a'.repeat(100)],
      405,
    ],
  ])('%s is cut in time', { timeout: 30_000 }, async ([, pieces, status], { expect, onTestFinished }) => {
    const startedAt = performance.now();
    const { socket, received } = openRaw(api.process.baseUrl);
    onTestFinished(drip(socket, pieces));
    const answer = parseRaw(await received);
    expect(performance.now() - startedAt).toBeLessThan(cutWithinMs);
    expect(answer.status).toBe(status);
  });

  it('waits beside sixty half-open ones is served', { timeout: 30_000 }, async ({ expect }) => {
    const halves = Array.from({ length: 60 }, () => openRaw(api.process.baseUrl));
    for (const { socket } of halves) socket.write('GET /api/v1/me HTTP/1.1\r\nHost: a\r\nX-');
    const { secret } = await aToken();
    for (let count = 0; count < 10; count++) expect((await api.call('/api/v1/me', { token: secret })).status).toBe(200);
    const answers = await Promise.all(halves.map(({ received }) => received));
    expect(new Set(answers.map((text) => parseRaw(text).status))).toEqual(new Set([408]));
  });
});

/** A piece every 200 ms, until the server has enough of it. @returns what stops it. */
function drip(socket: Socket, pieces: readonly string[]): () => void {
  let next = 0;
  const timer = setInterval(() => {
    const piece = pieces[next++];
    if (piece === undefined || !socket.writable) clearInterval(timer);
    else socket.write(piece);
  }, 200);
  return () => clearInterval(timer);
}
