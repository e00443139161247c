import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { newUuid, toPublicId } from '@calkeep/contract';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadContacts } from '../../apps/cli/src/load/load-contacts.js';
import { inWorkspace } from '../support/database.js';
import { aToken, aWorkspace, type TestWorkspace } from '../support/builders.js';
import { useApi } from '../support/use-api.js';
import { serviceUrl } from '../support/service-url.js';

/** For the million: `WALK_CONTACTS=1000000 npx vitest run test/e2e/long-walk.spec.ts`. */
const count = Number(process.env['WALK_CONTACTS'] ?? 20_000);
/** The command itself takes some 30 of them; the contacts, kept, would take more than the rest from 100,000 on. */
const heapMegabytesMax = 64;

const api = useApi();
let client: Client;
beforeAll(async () => {
  client = new Client({ connectionString: serviceUrl('ownerUrl') });
  await client.connect();
});
afterAll(() => client.end());

it(
  `walks ${count} contacts while rows come, change and go: each that stayed is seen once`,
  { timeout: 60_000 + count },
  async () => {
    const workspace = await aWorkspace({ plan: 'enterprise' });
    await loadContacts(client, { workspaceId: workspace.uuid, count, onLoaded: () => undefined });
    const before = new Set(await idsOf(workspace));
    expect(before.size).toBe(count);

    const { secret } = await aToken({ workspace });
    const changes = keepChanging(workspace);
    const seen = await walk(secret);
    const { gone, rounds } = await changes.stop();

    expect(rounds).toBeGreaterThan(0);
    const ids = new Set(seen);
    expect(ids.size, 'nothing is seen twice').toBe(seen.length);
    expect([...before].filter((id) => !gone.has(id) && !ids.has(id))).toEqual([]);
  },
);

/** By the client, as the command line has it, in a process with little memory. */
async function walk(token: string): Promise<string[]> {
  const main = path.resolve(import.meta.dirname, '../../apps/cli/dist/main.js');
  const child = spawn(process.execPath, [main, 'api', 'GET', '/contacts?limit=200', '--all'], {
    env: {
      PATH: process.env['PATH'],
      NODE_OPTIONS: `--max-old-space-size=${heapMegabytesMax}`,
      CALKEEP_URL: api.process.baseUrl,
      CALKEEP_TOKEN: token,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const ids: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) ids.push(line.slice(7, 37));
  expect(await ended).toBe(0);
  return ids;
}

/** Adds rows, changes some and takes some away, over and over, anywhere in the list. */
function keepChanging(workspace: TestWorkspace) {
  const gone = new Set<string>();
  let rounds = 0;
  let isStopped = false;
  const change = async () => {
    await client.query(
      `insert into contacts (workspace_id, id, first_name) select $1, id, 'New' from unnest($2::uuid[]) as id`,
      [workspace.uuid, Array.from({ length: 10 }, newUuid)],
    );
    const anywhere = 'select id from contacts where workspace_id = $1 and id >= $2 order by id limit 10';
    await client.query(
      `update contacts set title = 'Changed', updated_at = now() where workspace_id = $1 and id in (${anywhere})`,
      [workspace.uuid, await anId(workspace)],
    );
    const { rows } = await client.query<{ id: string }>(
      `delete from contacts where workspace_id = $1 and id in (${anywhere}) returning id`,
      [workspace.uuid, await anId(workspace)],
    );
    for (const { id } of rows) gone.add(toPublicId('contact', id));
  };
  const run = (async () => {
    while (!isStopped) {
      await inWorkspace(client, workspace.uuid, change);
      rounds++;
    }
  })();
  return {
    async stop() {
      isStopped = true;
      await run;
      return { gone, rounds };
    },
  };
}

/** One of the workspace, by chance: ids sort by the time of their making. */
async function anId(workspace: TestWorkspace): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    `select id from contacts where workspace_id = $1
     and created_at <= (select min(created_at) + random() * (max(created_at) - min(created_at)) from contacts where workspace_id = $1)
     order by created_at desc, id desc limit 1`,
    [workspace.uuid],
  );
  return rows[0]?.id ?? newUuid();
}

async function idsOf(workspace: TestWorkspace): Promise<string[]> {
  const { rows } = await inWorkspace(client, workspace.uuid, () =>
    client.query<{ id: string }>('select id from contacts where workspace_id = $1', [workspace.uuid]),
  );
  return rows.map(({ id }) => toPublicId('contact', id));
}
