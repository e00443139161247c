// A load client in a process of its own, kept for all rounds so that it stays warm: raw sockets and ready-made requests, because
// what the client costs is taken from the server on a small machine.
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { quantile } from './numbers.mjs';

/** Stands in a request for a text that is another one each time. */
export const unique = '{unique}';

/**
 * @returns `pid`, `stop()` and `run(load)`, with
 *   load.url, load.requests   texts of HTTP requests without the Host header's line, taken in turns
 *   load.connections          each with one request in flight
 *   load.seconds, load.count   whichever is over first
 *   load.status               that every answer must have
 * and a result of { count, seconds, perSecond, p50, p99 }, the latter two in milliseconds.
 */
export function startClient() {
  const child = fork(fileURLToPath(import.meta.url));
  const run = (load) =>
    new Promise((resolve, reject) => {
      child.once('message', ({ result, error }) => (error === undefined ? resolve(result) : reject(new Error(error))));
      child.send(load);
    });
  return { pid: child.pid, run, stop: () => child.kill() };
}

async function runLoad({ url, requests, connections, seconds = Infinity, count = Infinity, status }) {
  const { hostname, port, host } = new URL(url);
  const texts = requests.map((text) => prepared(text.replace('\r\n', `\r\nHost: ${host}\r\n`)));
  const latencies = [];
  const startedAt = performance.now();
  const endAt = startedAt + seconds * 1000;
  let turn = Math.floor(Math.random() * texts.length);
  const next = () => texts[turn++ % texts.length]();
  const isOver = (now) => now >= endAt || latencies.length >= count;
  const one = () => talk({ hostname, port, next, isOver, status, latencies });
  await Promise.all(Array.from({ length: connections }, one));
  const elapsed = (performance.now() - startedAt) / 1000;
  latencies.sort((a, b) => a - b);
  return {
    count: latencies.length,
    seconds: elapsed,
    perSecond: latencies.length / elapsed,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
  };
}

/** Bytes to send, made once unless something in them is to be different each time. */
function prepared(text) {
  const bytes = Buffer.from(text);
  return text.includes(unique) ? () => text.replace(unique, randomUUID()) : () => bytes;
}

/** One connection: a request, its whole answer, the next request. */
function talk({ hostname, port, next, isOver, status, latencies }) {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    let sentAt = 0;
    let received = '';
    let expected = -1;
    const send = () => {
      received = '';
      expected = -1;
      sentAt = performance.now();
      socket.write(next());
    };
    socket.on('connect', send);
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the server closed a connection')));
    socket.setEncoding('latin1');
    socket.on('data', (chunk) => {
      received += chunk;
      if (expected === -1) expected = lengthOf(received);
      if (expected === -1 || received.length < expected) return;
      const now = performance.now();
      latencies.push(now - sentAt);
      if (!received.startsWith(status, 9)) return reject(new Error(`expected ${status}: ${received.slice(0, 2_000)}`));
      if (!isOver(now)) return send();
      socket.removeAllListeners('close');
      socket.destroy();
      resolve();
    });
  });
}

/** Bytes of the whole answer; -1 while its head is not there. */
function lengthOf(text) {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd === -1) return -1;
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, headEnd));
  if (!length) throw new Error(`an answer without a length: ${text.slice(0, headEnd)}`);
  return headEnd + 4 + Number(length[1]);
}

if (process.argv[1] === fileURLToPath(import.meta.url) && process.send) {
  process.on('message', (load) => {
    runLoad(load).then(
      (result) => process.send({ result }),
      (error) => process.send({ error: error.message }),
    );
  });
  process.on('disconnect', () => process.exit(0));
}
