// Load on one URL from a process of its own, so that the client's work is not the benchmark's.
import { fork } from 'node:child_process';
import { Agent, get } from 'node:http';
import { fileURLToPath } from 'node:url';

/**
 * @param options.url, options.token
 * @param options.connections requests in flight at most
 * @param options.seconds how long; or options.requests, how many
 * @param options.perSecond a pace; without it as fast as answers come
 * @param options.addresses as many callers take turns, from the one with the number `firstAddress` on
 * @returns {Promise<{ sent: number, refused: number, seconds: number, perSecond: number }>}
 */
export function load(options) {
  const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(options)]);
  return new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => code !== 0 && reject(new Error(`the load ended with ${code}`)));
  });
}

async function run(options) {
  const { url, token, connections, seconds = Infinity, requests = Infinity, perSecond } = options;
  const { addresses = 1, firstAddress = 0 } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const startedAt = performance.now();
  let sent = 0;
  let refused = 0;
  const elapsed = () => (performance.now() - startedAt) / 1000;
  const client = async () => {
    while (sent < requests && elapsed() < seconds) {
      if (perSecond !== undefined && sent >= elapsed() * perSecond) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        continue;
      }
      const number = sent++;
      const headers = {
        authorization: `Bearer ${token}`,
        'x-forwarded-for': addressOf(firstAddress + (number % addresses)),
      };
      if ((await statusOf(url, { agent, headers })) !== 200) refused++;
    }
  };
  await Promise.all(Array.from({ length: connections }, client));
  agent.destroy();
  return { sent, refused, seconds: elapsed(), perSecond: sent / elapsed() };
}

function addressOf(number) {
  return `10.9.${number >> 8}.${number & 255}`;
}

function statusOf(url, options) {
  return new Promise((resolve, reject) => {
    get(url, options, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode));
    }).once('error', reject);
  });
}

if (process.send) process.send(await run(JSON.parse(process.argv[2])), () => process.exit(0));
