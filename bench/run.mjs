// `npm run bench`: what this server costs beside others, as its workspaces grow, over several processes, and writing. Prints tables
// and writes docs/performance.md.
//
//   --quick        small data and short rounds: within three minutes, prints only
//   --soak         ten minutes at full load, for its memory, and nothing else
//   --only a,b     of peers, scale, processes, writes
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { describe } from './report/sections.mjs';
import { writeReport } from './report/write-report.mjs';
import { measurePeers } from './sections/peers.mjs';
import { measureProcesses } from './sections/processes.mjs';
import { measureScale } from './sections/scale.mjs';
import { measureSoak } from './sections/soak.mjs';
import { measureWrites } from './sections/writes.mjs';
import { startClient } from './support/client.mjs';
import { openPlace } from './support/place.mjs';

const sections = {
  peers: (at, { rounds, seconds }) => measurePeers({ ...at, rounds, seconds }),
  scale: (at, { rounds, scaleSeconds: seconds }) =>
    measureScale({ ...at, workspaces: at.growing, rounds: Math.min(rounds, 4), seconds }),
  processes: (at, { rounds, seconds }) => measureProcesses({ ...at, rounds, seconds }),
  writes: (at, { rounds, seconds, bulkContacts }) => measureWrites({ ...at, rounds, seconds, bulkContacts }),
  soak: (at, { soakSeconds: seconds }) => measureSoak({ ...at, seconds }),
};

const full = {
  ...{ workspaces: 200, contacts: 5_000, sizes: [1_000, 100_000, 1_000_000], bulkContacts: 200_000 },
  ...{ rounds: 4, seconds: 2, scaleSeconds: 1, soakSeconds: 600 },
};
const quick = {
  ...{ workspaces: 20, contacts: 1_000, sizes: [1_000, 20_000], bulkContacts: 20_000 },
  ...{ rounds: 3, seconds: 1, scaleSeconds: 0.4, soakSeconds: 20 },
};

const { values: flags } = parseArgs({
  options: { quick: { type: 'boolean' }, soak: { type: 'boolean' }, only: { type: 'string' } },
});
const wanted = flags.soak ? ['soak'] : (flags.only?.split(',') ?? ['peers', 'scale', 'processes', 'writes']);
const plan = flags.quick ? quick : full;
const circumstances = {
  measuredAt: `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`,
  command: ['npm run bench', ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [])].join(' '),
  machine: `${cpus().length} cores of ${cpus()[0]?.model.trim()}`,
  node: process.versions.node,
  load: loadavg()[0].toFixed(1),
};

const place = await openPlace();
const client = startClient();
try {
  const at = { place, client, ...(await loadData()) };
  for (const section of wanted) {
    console.error(`${section} …`);
    const results = await sections[section](at, plan);
    console.log(`\n${describe[section](results)}\n`);
    if (!flags.quick) await writeReport({ [section]: results }, circumstances);
  }
} finally {
  client.stop();
  await place.close();
}

async function loadData() {
  console.error('loading …');
  const workspaces = await place.load({ workspaces: plan.workspaces, contacts: plan.contacts });
  const growing = [];
  if (wanted.includes('scale')) for (const contacts of plan.sizes) growing.push(...(await place.load({ contacts })));
  await place.liftLimits();
  return { workspaces, growing };
}
