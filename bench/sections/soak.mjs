// Ten minutes of single reads, lists and GET /me at full load: whether what the server holds stays what it is.
import { setTimeout as sleep } from 'node:timers/promises';
import { requestText } from '../support/requests.mjs';
import { residentBytes } from '../support/usage-of-processes.mjs';
import { median } from '../support/numbers.mjs';
import { tellsHeap } from '../support/place.mjs';
import { lists, singleReads } from './peers.mjs';

const samples = 12;

/**
 * @returns twelve times evenly over the run, in megabytes: what the server holds after a collection, and its resident memory just
 * before; and what the client saw.
 */
export async function measureSoak({ place, client, workspaces, seconds }) {
  const server = await place.startApi({ execArgv: tellsHeap });
  try {
    const requests = [...(await singleReads(place, workspaces)), ...lists(workspaces)];
    for (const { token } of workspaces) requests.push(requestText('GET', '/api/v1/me', { token }));
    const running = client.run({ url: server.url, requests, connections: 64, seconds, status: '200' });
    const held = [];
    const resident = [];
    for (let sample = 0; sample < samples; sample++) {
      await sleep((seconds * 1000) / samples - 100);
      resident.push(megabytes(residentBytes(server.pid)));
      held.push(megabytes(await server.heldBytes()));
    }
    const { count, perSecond, p50, p99 } = await running;
    return { seconds, count, perSecond, p50, p99, held, resident, ...drift(held) };
  } finally {
    await server.stop();
  }
}

function megabytes(bytes) {
  return Math.round(bytes / 1e5) / 10;
}

/** The first and the last third of the run after its first sixth, in which code is compiled and caches fill. */
function drift(held) {
  const settled = held.slice(2);
  return { earlier: median(settled.slice(0, 4)), later: median(settled.slice(-4)) };
}
