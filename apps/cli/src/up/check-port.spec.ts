import { createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { checkPort } from './check-port.js';

async function aTakenPort(address: string): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  onTestFinished(() => void server.close());
  const bound = server.address();
  return bound !== null && typeof bound === 'object' ? bound.port : 0;
}

it.each(['127.0.0.1', '0.0.0.0'])('refuses a port that is taken on %s, and names another', async (address) => {
  const port = await aTakenPort(address);
  await expect(checkPort('localhost', port)).rejects.toThrow(
    new RegExp(`Port ${port} is taken by another program.*PORT=\\d+ npm start`),
  );
});

it('accepts a free port', async () => {
  const port = await aTakenPort('127.0.0.1');
  await expect(checkPort('localhost', port === 65_535 ? port - 1 : port + 1)).resolves.toBeUndefined();
});
