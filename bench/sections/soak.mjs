// Ten minutes of single reads, lists and GET /me at full load: whether the server's memory stays where it is.
import { setTimeout as sleep } from 'node:timers/promises';
import { requestText } from '../support/requests.mjs';
import { residentBytes } from '../support/usage-of-processes.mjs';
import { median } from '../support/numbers.mjs';
import { lists, singleReads } from './peers.mjs';

const sampleMs = 5_000;

/** @returns megabytes of the server's memory, every five seconds, and what the client saw. */
export async function measureSoak({ place, client, workspaces, seconds }) {
  const server = await place.startApi();
  try {
    const requests = [...(await singleReads(place, workspaces)), ...lists(workspaces)];
    for (const { token } of workspaces) requests.push(requestText('GET', '/api/v1/me', { token }));
    const running = client.run({ url: server.url, requests, connections: 64, seconds, status: '200' });
    const megabytes = [];
    for (let elapsed = 0; elapsed < seconds * 1000; elapsed += sampleMs) {
      await sleep(sampleMs);
      megabytes.push(Math.round(residentBytes(server.pid) / 1e6));
    }
    const { count, perSecond, p50, p99 } = await running;
    return { seconds, count, perSecond, p50, p99, megabytes, ...drift(megabytes) };
  } finally {
    await server.stop();
  }
}

/** Thirds of the run after its first fifth, in which V8 sizes its heap. */
function drift(megabytes) {
  const settled = megabytes.slice(Math.floor(megabytes.length / 5));
  const third = Math.floor(settled.length / 3);
  return { earlier: median(settled.slice(0, third)), later: median(settled.slice(-third)) };
}
