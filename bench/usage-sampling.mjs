// What the sampling of uses costs, and whether it counts right: `npm run bench:usage`.
//
// Two servers on one database and Redis, the second without sampling, are loaded in turns; the ratio is of the medians of
// their rounds. Then 2,000 requests a second from fifty addresses, and what the audit log says of them.
import { setTimeout as sleep } from 'node:timers/promises';
import { load } from './support/load.mjs';
import { openPlace, query } from './support/place.mjs';

const rounds = 8;
const secondsEach = Number(process.env.BENCH_SECONDS ?? 4);
const connections = 64;
// The load speaks as many addresses.
const env = { TRUSTED_PROXIES: '127.0.0.1' };
const paced = { requests: 20_000, perSecond: 2_000, addresses: 50 };

const place = await openPlace();
let workspace;
try {
  [workspace] = await place.load({ contacts: 1_000 });
  await place.liftLimits();
  await count();
  await compare();
} finally {
  await place.close();
}

async function compare() {
  const servers = [await place.startApi({ env }), await place.startApi({ env, execArgv: withoutSampling() })];
  const rates = [[], []];
  for (let round = -1; round < rounds; round++) {
    for (const index of round % 2 === 0 ? [0, 1] : [1, 0]) {
      const { perSecond, refused } = await load({ ...target(servers[index]), connections, seconds: secondsEach });
      if (refused > 0) throw new Error(`${refused} requests refused`);
      // The first round warms up.
      if (round >= 0) rates[index].push(perSecond);
    }
    process.stderr.write('.');
  }
  const [sampled, unsampled] = rates.map(median);
  console.log(`\nsampled      ${Math.round(sampled)} requests/s (median of ${rounds} rounds of ${secondsEach} s)`);
  console.log(`not sampled  ${Math.round(unsampled)} requests/s`);
  console.log(`ratio        ${(sampled / unsampled).toFixed(3)}`);
  for (const server of servers) await server.stop();
}

async function count() {
  const server = await place.startApi({ env });
  const { sent, refused, perSecond } = await load({ ...target(server), connections, ...paced });
  // A caller that was never seen is always recorded, and with it all uses before that were not.
  const last = await load({ ...target(server), connections: 1, requests: 1, firstAddress: paced.addresses });
  const { rows, addresses, hits } = await recorded(sent + last.sent);
  await server.stop();
  console.log(`sent         ${sent + last.sent} at ${Math.round(perSecond)}/s, ${refused + last.refused} refused`);
  console.log(`recorded     ${rows} rows from ${addresses} of ${paced.addresses + 1} addresses`);
  console.log(`sum(hits)    ${hits}`);
}

/** What the audit log has, once it accounts for that many uses; at the latest after ten seconds. */
async function recorded(expected) {
  const giveUpAt = performance.now() + 10_000;
  for (;;) {
    const [row] = await query(
      place.superuserUrl,
      `select count(*)::int as rows, count(distinct ip)::int as addresses,
              coalesce(sum((payload ->> 'hitsSinceLast')::int), 0)::int as hits
       from audit_events where action = 'API_TOKEN_USED'`,
    );
    if (row.hits >= expected || performance.now() > giveUpAt) return row;
    await sleep(200);
  }
}

function target({ url }) {
  return { url: `${url}/api/v1/contacts?limit=1`, token: workspace.token };
}

function withoutSampling() {
  return ['--import', new URL('./support/without-sampling.mjs', import.meta.url).href];
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
}
