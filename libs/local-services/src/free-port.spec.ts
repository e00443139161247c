import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { findFreePort } from './free-port.js';

it('finds a port that can be listened on', async () => {
  const server = createServer().listen({ host: '127.0.0.1', port: await findFreePort() });

  await once(server, 'listening');

  await new Promise((resolve) => server.close(resolve));
  expect(server.listening).toBe(false);
});
