// One API process, with its worker, beside the three servers of bench/servers: single reads, lists of 50, and what a refusal costs.
import { query } from '../support/place.mjs';
import { toPublicId } from '@calkeep/contract';
import { requestText } from '../support/requests.mjs';
import { runRounds } from '../support/rounds.mjs';

export const peers = {
  calkeep: 'CalKeep',
  bare: '(a) bare server',
  limit: '(b) tuned limit',
  usual: '(c) usual stack',
};

const idsOfEach = 25;

/** @returns by workload (`single`, `list`, `refused`), by server: what `runRounds` says. */
export async function measurePeers({ place, client, workspaces, rounds, seconds, only }) {
  const names = Object.keys(peers).filter((name) => only === undefined || only.includes(name));
  const servers = {};
  for (const name of names)
    servers[name] = name === 'calkeep' ? await place.startDeployment() : await place.startPeer(name);
  const options = { place, client, rounds, seconds, onRound: () => process.stderr.write('.') };
  try {
    const workloads = { single: await singleReads(place, workspaces), list: lists(workspaces) };
    const measured = {};
    for (const [workload, requests] of Object.entries(workloads)) {
      const cases = names.map((name) => [name, { server: servers[name], load: { requests } }]);
      measured[workload] = await runRounds(Object.fromEntries(cases), options);
    }
    servers.transport = await place.startPeer('transport');
    measured.refused = await refusals(servers, workloads.single, options);
    return measured;
  } finally {
    process.stderr.write('\n');
    for (const server of Object.values(servers)) await server.stop();
  }
}

/**
 * A wrong checksum beside a good token, from one address: most are answered by the brake, as an attacker's are. And beside
 * both what is no work of ours at all.
 */
function refusals({ calkeep, transport }, accepted, options) {
  const wrong = accepted
    .slice(0, 1)
    .map((text) => text.replace(/(?<=ck_live_\w{41})\w/, (last) => (last === '0' ? '1' : '0')));
  return runRounds(
    {
      accepted: { server: calkeep, load: { requests: accepted } },
      refused: { server: calkeep, load: { requests: wrong, status: '4' } },
      transport: { server: transport, load: { requests: wrong, status: '4' } },
    },
    options,
  );
}

export async function singleReads({ superuserUrl }, workspaces) {
  const rows = await query(
    superuserUrl,
    `select w.id as workspace, array(select c.id from contacts c where c.workspace_id = w.id
                                     order by md5(c.id::text) limit $1) as ids
     from workspaces w`,
    [idsOfEach],
  );
  const idsOf = new Map(rows.map(({ workspace, ids }) => [toPublicId('workspace', workspace), ids]));
  const requests = [];
  for (let index = 0; index < idsOfEach; index++)
    for (const { id, token } of workspaces)
      requests.push(requestText('GET', `/api/v1/contacts/${toPublicId('contact', idsOf.get(id)[index])}`, { token }));
  return requests;
}

export function lists(workspaces) {
  return workspaces.map(({ token }) => requestText('GET', '/api/v1/contacts?limit=50', { token }));
}
