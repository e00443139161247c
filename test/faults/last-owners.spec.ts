import { parsePublicId } from '@calkeep/contract';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newInvitationSecret } from '../../apps/api/src/invitations/invitation-secret.js';
import { startApi, type ApiProcess } from '../support/api-process.js';
import { auditLogOf } from '../support/audit-log-of.js';
import { arrange, aWorkspace, type TestWorkspace } from '../support/builders.js';
import type { Answer } from '../support/client.js';
import { inWorkspace } from '../support/database.js';
import { until } from '../support/load.js';
import { aMember, aUser, Console, type TestUser } from '../support/console.js';
import { serviceUrl } from '../support/service-url.js';

const races = 8;
/** Few enough that they wait for each other, and never so long for a connection that they are turned away. */
const atOnce = 6;

let apis: ApiProcess[] = [];

beforeAll(async () => {
  apis = await Promise.all([startApi(), startApi()]);
});
afterAll(async () => {
  await Promise.all(apis.map((api) => api.stop()));
});

/** The same person's console at one of the processes. */
async function consoleAt(place: number, user: TestUser): Promise<Console> {
  const api = apis[place % apis.length];
  if (!api) throw new Error('no API process runs');
  return new Console(api.baseUrl).enter(user);
}

async function rolesIn(workspace: TestWorkspace): Promise<string[]> {
  const { rows } = await arrange(workspace.uuid, (client) =>
    client.query<{ role: string }>('select role from memberships where workspace_id = $1 order by role desc', [
      workspace.uuid,
    ]),
  );
  return rows.map(({ role }) => role);
}

async function manyRaces(race: () => Promise<void>): Promise<void> {
  for (let count = 0; count < races; count++) await race();
}

const sortedStatuses = (answers: Answer[]) => answers.map(({ status }) => status).sort();

type Change = (console: Console, path: string) => Promise<Answer>;
const remove: Change = (console, path) => console.delete(path);
const demote: Change = (console, path) => console.patch(path, { role: 'member' });

interface Move {
  change: Change;
  whom: 'self' | 'other';
}
const removesOther: Move = { change: remove, whom: 'other' };
const demotesOther: Move = { change: demote, whom: 'other' };
const leaves: Move = { change: remove, whom: 'self' };
const stepsDown: Move = { change: demote, whom: 'self' };

/** What two owners of a workspace do, each at a process of their own. */
function movesOf(workspace: TestWorkspace, consoles: Console[], owners: TestUser[], moves: Move[]) {
  return moves.map(({ change, whom }, place) => {
    const target = owners[whom === 'self' ? place : 1 - place];
    const console = consoles[place];
    if (!console || !target) throw new Error('two owners make two moves');
    return () => change(console, `/app/workspaces/${workspace.id}/members/${target.id}`);
  });
}

async function twoOwners(moves: Move[], { others = 0 } = {}) {
  const workspace = await aWorkspace();
  const owners = [await aMember({ workspace }), await aMember({ workspace })];
  for (let count = 0; count < others; count++) await aMember({ workspace });
  const consoles = await Promise.all(owners.map((owner, place) => consoleAt(place, owner)));
  return { workspace, start: movesOf(workspace, consoles, owners, moves) };
}

/** Has both requests under way, past every check that is made before the change, when either may go on. */
async function meeting(workspace: TestWorkspace, start: (() => Promise<Answer>)[]): Promise<Answer[]> {
  const holder = new Client({ connectionString: serviceUrl('ownerUrl') });
  const watcher = new Client({ connectionString: serviceUrl('superuserUrl') });
  await Promise.all([holder.connect(), watcher.connect()]);
  try {
    const answers = await inWorkspace(holder, workspace.uuid, async () => {
      await holder.query('select from memberships where workspace_id = $1 for update', [workspace.uuid]);
      const { rows } = await holder.query<{ pid: number }>('select pg_backend_pid() as pid');
      const running = start.map((send) => send());
      await until(async () => (await waitingFor(watcher, rows[0]?.pid ?? 0)) === start.length, 10_000);
      return running;
    });
    return await Promise.all(answers);
  } finally {
    await Promise.all([holder.end(), watcher.end()]);
  }
}

/** How many sessions wait for this one, or for one that waits for it. */
async function waitingFor(watcher: Client, pid: number): Promise<number> {
  const { rows } = await watcher.query<{ count: number }>(
    `with recursive waiting as (
       select pid from pg_stat_activity where $1 = any(pg_blocking_pids(pid))
       union select a.pid from pg_stat_activity a join waiting w on w.pid = any(pg_blocking_pids(a.pid))
     ) select count(*)::integer as count from waiting`,
    [pid],
  );
  return rows[0]?.count ?? 0;
}

describe('two last owners, each at another process,', () => {
  it.each([
    ['who remove each other', [removesOther, removesOther], ['owner']],
    ['who demote each other', [demotesOther, demotesOther], ['owner', 'member']],
    ['who both leave', [leaves, leaves], ['owner']],
    ['who both step down', [stepsDown, stepsDown], ['owner', 'member']],
  ])('%s at the same moment, end with one 200, one 409 and one owner', async (_what, moves, roles) => {
    for (let round = 0; round < 3; round++) {
      const { workspace, start } = await twoOwners(moves);

      const answers = await meeting(workspace, start);

      expect(sortedStatuses(answers)).toEqual([200, 409]);
      expect(await rolesIn(workspace)).toEqual(roles);
      expect(await auditLogOf(workspace)).toHaveLength(1);
    }
  });

  it.each([
    ['removing each other', [removesOther, removesOther]],
    ['demoting each other', [demotesOther, demotesOther]],
    ['leaving', [leaves, leaves]],
    ['one removing, one stepping down', [removesOther, stepsDown]],
    ['one demoting, one leaving', [demotesOther, leaves]],
  ])('never leave a workspace without an owner (%s)', async (_what, moves) => {
    await manyRaces(async () => {
      const { workspace, start } = await twoOwners(moves);

      const answers = await Promise.all(start.map((send) => send()));

      expect(await rolesIn(workspace)).toContain('owner');
      const statuses = sortedStatuses(answers);
      expect(statuses).toContain(200);
      // Who was removed or demoted before being let in is told so.
      for (const status of statuses) expect([200, 403, 404, 409]).toContain(status);
    });
  });
});

it('who lost their role while their request was on its way changes nothing any more', async () => {
  const { workspace, start } = await twoOwners([removesOther, removesOther], { others: 1 });

  const answers = await meeting(workspace, start);

  expect(sortedStatuses(answers)).toEqual([200, 404]);
  expect(await rolesIn(workspace)).toEqual(['owner', 'owner']);
});

it('an invitation that is accepted six times at once, on two processes, makes a member once', async () => {
  await manyRaces(async () => {
    const { workspace, guest, secret } = await anInvited();
    const consoles = await Promise.all(Array.from({ length: atOnce }, (_, place) => consoleAt(place, guest)));

    const answers = await Promise.all(consoles.map((console) => console.post('/app/invitations/accept', { secret })));

    expect(sortedStatuses(answers)).toEqual([200, 404, 404, 404, 404, 404]);
    expect((await auditLogOf(workspace)).map(({ action }) => action)).toEqual(['MEMBER_ADDED']);
  });
});

it('one e-mail address that is invited six times at once, on two processes, has one link that works', async () => {
  await manyRaces(async () => {
    const admin = await aMember({ role: 'admin' });
    const { workspace } = admin;
    const email = `${admin.uuid}@elsewhere.test`;
    const consoles = await Promise.all(Array.from({ length: atOnce }, (_, place) => consoleAt(place, admin)));

    const answers = await Promise.all(
      consoles.map((console) => console.post(`/app/workspaces/${workspace.id}/members`, { email, role: 'member' })),
    );

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    const secrets = answers.map(({ data }) => (data['invitation'] as { link: string }).link.split('/').at(-1));
    const looks = await Promise.all(
      secrets.map(async (secret) => (await consoleAt(0, admin)).post('/app/invitations/lookup', { secret })),
    );
    expect(sortedStatuses(looks)).toEqual([200, 404, 404, 404, 404, 404]);
  });
});

it('a person who is added and accepts at the same moment is a member once', async () => {
  await manyRaces(async () => {
    const { workspace, admin, guest, secret } = await anInvited();
    const [ours, theirs] = [await consoleAt(0, admin), await consoleAt(1, guest)];

    const answers = await Promise.all([
      ours.post(`/app/workspaces/${workspace.id}/members`, { email: guest.email, role: 'auditor' }),
      theirs.post('/app/invitations/accept', { secret }),
    ]);

    expect([
      [200, 409],
      [201, 404],
    ]).toContainEqual(sortedStatuses(answers));
    expect(await rolesIn(workspace)).toHaveLength(2);
  });
});

async function anInvited(): Promise<{ workspace: TestWorkspace; admin: TestUser; guest: TestUser; secret: string }> {
  const admin = await aMember({ role: 'admin' });
  const guest = await aUser();
  const { workspace } = admin;
  const { secret, secretHash } = newInvitationSecret(workspace.uuid);
  await arrange(workspace.uuid, (client) =>
    client.query(
      `insert into invitations (workspace_id, id, email, role, secret_hash, expires_at)
       values ($1, $2, $3, 'member', $4, now() + interval '1 day')`,
      [workspace.uuid, parsePublicId('user', guest.id), guest.email, Buffer.from(secretHash)],
    ),
  );
  return { workspace, admin, guest, secret };
}
