// One and two API processes on one port, as `calkeep up --processes N` runs them. On a machine with two cores the second process
// takes its time from PostgreSQL, Redis and the client: what it costs by part says what would bind on more.
import { singleReads } from './peers.mjs';
import { runRounds } from '../support/rounds.mjs';
import { childrenOf } from '../support/usage-of-processes.mjs';

export const processCounts = [1, 2];

/** @returns by number of processes: what `runRounds` says. */
export async function measureProcesses({ place, client, workspaces, rounds, seconds }) {
  const requests = await singleReads(place, workspaces);
  const servers = [];
  try {
    const cases = {};
    for (const count of processCounts) {
      const server = await place.startApi({ env: { PROCESSES: String(count) } });
      servers.push(server);
      // With several, the process that was started looks after those that serve.
      server.pids = [server.pid, ...(count > 1 ? childrenOf(server.pid) : [])];
      cases[count] = { server, load: { requests } };
    }
    const onRound = () => process.stderr.write('.');
    return await runRounds(cases, { place, client, rounds, seconds, connections: 64, onRound });
  } finally {
    process.stderr.write('\n');
    for (const server of servers) await server.stop();
  }
}
