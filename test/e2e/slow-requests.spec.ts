import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
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

  it(
    'drips the body of a call that is good so far is cut in time',
    { timeout: 30_000 },
    async ({ expect, onTestFinished }) => {
      const { secret } = await aToken();
      const startedAt = performance.now();
      const { socket, received } = openRaw(api.process.baseUrl);
      onTestFinished(drip(socket, [headOfPost(secret), '{"method":"', ...'G'.repeat(100)]));
      const answer = parseRaw(await received);
      expect(performance.now() - startedAt).toBeLessThan(cutWithinMs);
      expect([answer.status, answer.error.code]).toEqual([408, 'request_timeout']);
    },
  );
});

describe('of five hundred connections that', () => {
  const api = useApi();

  it('say nothing, half a line, half a head or half a body, each is cut in time, and others are served', async () => {
    const { secret } = await aToken();
    const halves = ['', 'GET /api/v1/m', 'GET /api/v1/me HTTP/1.1\r\nHost: a\r\nX-', `${headOfPost(secret)}{"method"`];
    const startedAt = performance.now();
    const cut = Array.from({ length: 500 }, async (_, index) => {
      const { socket, received } = openRaw(api.process.baseUrl);
      socket.write(halves[index % halves.length] ?? '');
      const { status } = parseRaw(await received);
      return { status, ms: performance.now() - startedAt };
    });
    let isOver = false;
    const all = Promise.all(cut).finally(() => (isOver = true));
    const waits: number[] = [];
    while (!isOver) {
      const askedAt = performance.now();
      expect((await api.call('/api/v1/me', { token: secret })).status).toBe(200);
      waits.push(performance.now() - askedAt);
    }
    const ends = await all;
    expect(ends.filter(({ status }) => status !== 408)).toEqual([]);
    expect(Math.max(...ends.map(({ ms }) => ms))).toBeLessThan(cutWithinMs);
    expect(waits.length).toBeGreaterThan(500);
    expect(waits.toSorted((left, right) => left - right)[Math.floor(waits.length * 0.99)]).toBeLessThan(500);
  }, 40_000);
});

function headOfPost(secret: string): string {
  return [
    ...['POST /api/v1/explain HTTP/1.1', 'Host: a', `Authorization: Bearer ${secret}`],
    ...['Content-Type: application/json', 'Content-Length: 1000', '', ''],
  ].join('\r\n');
}

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
