import { lookup } from 'node:dns/promises';
import { createConnection, createServer } from 'node:net';
import { CliError } from '../cli-error.js';

const connectTimeoutMs = 500;
/** The machine does not have this address, so nobody can be in the way there. */
const absent = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT']);

/** @throws CliError when something else listens on the port, or it may not be listened on. */
export async function checkPort(host: string, port: number): Promise<void> {
  const addresses = await lookup(host, { all: true }).catch(() => {
    throw new CliError(`HOST is not an address of this machine.`);
  });
  for (const { address } of addresses) {
    // Some systems let one listen on an address whose port another holds for all addresses: hence both questions.
    const code = (await tryToListen(address, port)) ?? ((await accepts(address, port)) ? 'EADDRINUSE' : null);
    if (code === null || absent.has(code)) continue;
    throw new CliError(explain(code, port));
  }
}

function explain(code: string, port: number): string {
  const instead = `PORT=${port < 65535 ? Math.max(port + 1, 3001) : 3001} npm start`;
  if (code === 'EADDRINUSE') return `Port ${port} is taken by another program. Choose another one: ${instead}`;
  if (code === 'EACCES') return `Port ${port} needs more rights than this user has. Choose another one: ${instead}`;
  return `Port ${port} cannot be listened on (${code}). Choose another one: ${instead}`;
}

function accepts(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: address, port, timeout: connectTimeoutMs });
    const settle = (isOpen: boolean) => {
      socket.destroy();
      resolve(isOpen);
    };
    // A free port in the range for outgoing connections can be connected to from itself.
    socket.once('connect', () => settle(socket.localPort !== port));
    socket.once('timeout', () => settle(false));
    socket.once('error', () => settle(false));
  });
}

/** The code of the system's refusal, or null. */
function tryToListen(address: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'UNKNOWN'));
    server.listen({ host: address, port, exclusive: true }, () => server.close(() => resolve(null)));
  });
}
