import { createConnection } from 'node:net';

export interface RedisAddress {
  port: number;
  password: string;
}

/**
 * Sends commands to a Redis on 127.0.0.1 as inline commands, then QUIT, and returns all replies as they came. For the few
 * questions asked here a client library would be too much. Rejects when there is no complete answer within a second.
 */
export function askRedis({ port, password }: RedisAddress, commands: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    const timer = setTimeout(() => socket.destroy(new Error('Redis did not answer within 1 s')), 1_000);
    let reply = '';
    socket.setEncoding('utf8');
    socket.on('data', (text) => (reply += String(text)));
    socket.once('error', reject);
    socket.once('close', () => {
      clearTimeout(timer);
      resolve(reply);
    });
    socket.write([`AUTH ${password}`, ...commands, 'QUIT', ''].join('\r\n'));
  });
}
