import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CalKeep, type CalKeepOptions } from './calkeep.js';
import { ConnectionError, RateLimitError, ServerError, TimeoutError, UnexpectedAnswerError } from './errors.js';

type Reply = (request: IncomingMessage, response: ServerResponse) => void;

const meta = { apiVersion: 'v1', requestId: 'req_1' };

function refusal(status: number, code: string, headers: Record<string, string> = {}): Reply {
  return (_request, response) =>
    response
      .writeHead(status, headers)
      .end(JSON.stringify({ success: false, error: { code, message: 'No.', requestId: 'req_1' }, meta }));
}

const success: Reply = (_request, response) =>
  response.end(JSON.stringify({ success: true, data: { task: { id: 'tsk_1' }, token: {} }, meta }));

/** A server that gives these answers one after the other and remembers what it was asked; the last one it repeats. */
async function serving(replies: Reply[], options: Partial<CalKeepOptions> = {}) {
  const asked: { method: string | undefined; key: unknown; token: unknown }[] = [];
  const server = createServer((request, response) => {
    const reply = replies[Math.min(asked.length, replies.length - 1)];
    const { authorization: token, 'idempotency-key': key } = request.headers;
    asked.push({ method: request.method, key, token });
    reply?.(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.closeAllConnections());
  onTestFinished(() => void server.close());
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { asked, baseUrl, calkeep: new CalKeep({ token: 'ck_test_x', baseUrl, ...options }) };
}

const dropped: Reply = (request) => request.socket.destroy();
const never: Reply = () => undefined;

describe('a call', () => {
  it('waits as long as a limit says, and then goes through', async () => {
    const { calkeep, asked } = await serving([refusal(429, 'rate_limited', { 'Retry-After': '1' }), success]);
    const startedAt = performance.now();
    await calkeep.tasks.update('tsk_1', { status: 'done' });
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(990);
    expect(asked).toHaveLength(2);
  });

  it('is given up when the limit asks for more patience than there is, and says how much', async () => {
    const { calkeep, asked } = await serving([refusal(429, 'rate_limited', { 'Retry-After': '61' })]);
    const error: unknown = await calkeep.me().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({ code: 'rate_limited', status: 429, retryAfterSeconds: 61, requestId: 'req_1' });
    expect(asked).toHaveLength(1);
  });

  it('that creates is repeated under one and the same key when its connection breaks', async () => {
    const { calkeep, asked } = await serving([dropped, dropped, success]);
    await expect(calkeep.tasks.create({ title: 'Send the offer' })).resolves.toEqual({ id: 'tsk_1' });
    expect(asked).toHaveLength(3);
    expect(asked[0]?.key).toMatch(/^[0-9a-f-]{36}$/);
    expect(new Set(asked.map(({ key }) => key)).size).toBe(1);
  });

  it('that creates carries the caller’s own key', async () => {
    const { calkeep, asked } = await serving([success]);
    await calkeep.tasks.create({ title: 'Send the offer' }, { idempotencyKey: 'order-17' });
    expect(asked[0]?.key).toBe('order-17');
  });

  it('that changes something is not repeated when nobody knows whether it was carried out', async () => {
    for (const lost of [dropped, refusal(503, 'service_unavailable', { 'Retry-After': '1' })]) {
      const { calkeep, asked } = await serving([lost, success]);
      await expect(calkeep.tasks.update('tsk_1', { status: 'done' })).rejects.toThrow();
      expect(asked).toHaveLength(1);
    }
  });

  it('is given up after as many tries as were allowed', async () => {
    const { calkeep, asked } = await serving([refusal(503, 'service_unavailable')], { retriesMax: 1 });
    await expect(calkeep.me()).rejects.toThrow(ServerError);
    expect(asked).toHaveLength(2);
  });

  it('is not repeated when a further try mends nothing', async () => {
    for (const [status, code] of [
      [400, 'invalid_request'],
      [401, 'invalid_token'],
      [404, 'not_found'],
      [409, 'conflict'],
      [422, 'idempotency_key_reused'],
      [429, 'quota_exceeded'],
      [500, 'internal_error'],
    ] as const) {
      const { calkeep, asked } = await serving([refusal(status, code), success]);
      await expect(calkeep.tasks.create({ title: 'x' })).rejects.toMatchObject({ code, status });
      expect(asked).toHaveLength(1);
    }
  });

  it('that is never answered ends with its time', async () => {
    const { calkeep } = await serving([never], { timeoutMs: 50, retriesMax: 0 });
    await expect(calkeep.me()).rejects.toThrow(TimeoutError);
  });

  it('ends with its signal, with the signal’s reason, in the middle of waiting too', async () => {
    const { calkeep, asked } = await serving([refusal(429, 'rate_limited', { 'Retry-After': '30' })]);
    const controller = new AbortController();
    const call = calkeep.me({ signal: controller.signal });
    await expect.poll(() => asked.length).toBe(1);
    controller.abort(new Error('no longer wanted'));
    await expect(call).rejects.toThrow('no longer wanted');
  });

  it('that finds nobody says so', async () => {
    const calkeep = new CalKeep({ token: 'ck_test_x', baseUrl: 'http://127.0.0.1:9', retriesMax: 0 });
    await expect(calkeep.me()).rejects.toThrow(ConnectionError);
  });

  it('that a stranger answers says so, and repeats what a gateway refused', async () => {
    const stranger: Reply = (_request, response) => response.writeHead(502).end('<html>Bad gateway</html>');
    const { calkeep, asked } = await serving([stranger], { retriesMax: 1 });
    await expect(calkeep.me()).rejects.toThrow(UnexpectedAnswerError);
    expect(asked).toHaveLength(2);
  });

  it('carries its token nowhere else, whatever the answer says', async () => {
    const elsewhere = await serving([success]);
    const redirect: Reply = (_request, response) =>
      response.writeHead(307, { Location: `${elsewhere.baseUrl}/api/v1/me` }).end();
    const { calkeep } = await serving([redirect], { retriesMax: 0 });
    await expect(calkeep.me()).rejects.toThrow(ConnectionError);
    expect(elsewhere.asked).toEqual([]);
  });
});

it.each([
  ['an empty token', { token: '', baseUrl: 'http://localhost' }],
  ['a token with a line break', { token: 'ck_live_x\r\nX-Evil: 1', baseUrl: 'http://localhost' }],
  ['an address without a scheme', { token: 'ck_live_x', baseUrl: 'localhost:3000' }],
])('refuses %s at once', (_what, options) => {
  expect(() => new CalKeep(options)).toThrow(/token|baseUrl/);
});
