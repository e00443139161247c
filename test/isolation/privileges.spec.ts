import { createHash, randomUUID } from 'node:crypto';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { aToken, aWorkspace, type TestToken } from '../support/builders.js';
import { connect, inWorkspace, scratchDatabase } from '../support/database.js';
import { serviceUrl } from '../support/service-url.js';

const insufficientPrivilege = { code: '42501' };

let ours: TestToken;
let theirs: TestToken;

beforeAll(async () => {
  ours = await aToken();
  theirs = await aToken();
});

async function asApplication(workspaceId: string | null, statement: string, values: unknown[] = []) {
  const client = await connect(serviceUrl('appUrl'));
  return workspaceId === null
    ? client.query(statement, values)
    : inWorkspace(client, workspaceId, () => client.query(statement, values));
}

const insertHash = 'insert into api_token_hashes (token_hash, key_id, workspace_id, token_id) values ($1, $2, $3, $4)';
const hash = () => createHash('sha256').update(randomUUID()).digest();

it('the application asks whose a hash is before it knows a workspace', async () => {
  const { rows } = await asApplication(null, 'select workspace_id from api_token_hashes where token_id = $1', [
    theirs.uuid,
  ]);

  expect(rows).toEqual([{ workspace_id: theirs.workspace.uuid }]);
});

it('the application adds a hash in the workspace that it works for', async () => {
  const added = await asApplication(ours.workspace.uuid, insertHash, [hash(), 'test', ours.workspace.uuid, ours.uuid]);

  expect(added.rowCount).toBe(1);
});

it.each([
  ['for another workspace’s token', () => [ours.workspace.uuid, theirs.workspace.uuid, theirs.uuid]],
  ['without a context', () => [null, theirs.workspace.uuid, theirs.uuid]],
])('the application cannot add a hash %s', async (_case, of) => {
  const [context = null, workspaceId, tokenId] = of();

  await expect(asApplication(context, insertHash, [hash(), 'test', workspaceId, tokenId])).rejects.toMatchObject(
    insufficientPrivilege,
  );
});

it('a hash of ours cannot lead to another workspace’s token', async () => {
  const added = asApplication(ours.workspace.uuid, insertHash, [hash(), 'test', ours.workspace.uuid, theirs.uuid]);

  await expect(added).rejects.toMatchObject({ code: '23503' });
});

it.each([
  'update api_token_hashes set token_id = token_id',
  'delete from api_token_hashes',
  'truncate api_token_hashes',
  `update workspaces set plan_code = 'enterprise'`,
  'update workspaces set sandbox_id = null',
  'update workspaces set requests_per_minute = null',
  'update workspaces set id = gen_random_uuid()',
  'delete from workspaces',
  `update plans set token_requests_per_minute = 1000000`,
])('the application cannot: %s', async (statement) => {
  await expect(asApplication(ours.workspace.uuid, statement)).rejects.toMatchObject(insufficientPrivilege);
});

it('the application renames the workspace that it works for, and no other', async () => {
  const rename = (id: string) =>
    asApplication(ours.workspace.uuid, `update workspaces set name = 'Renamed' where id = $1`, [id]);

  expect((await rename(ours.workspace.uuid)).rowCount).toBe(1);
  expect((await rename(theirs.workspace.uuid)).rowCount).toBe(0);
});

it('even the owner cannot change or remove another workspace’s hash', async () => {
  const client = await connect(serviceUrl('ownerUrl'));
  const touched = await inWorkspace(client, ours.workspace.uuid, async () => {
    const updated = await client.query('update api_token_hashes set key_id = key_id');
    const removed = await client.query('delete from api_token_hashes where token_id = $1', [theirs.uuid]);
    return [updated.rowCount, removed.rowCount];
  });

  expect(touched).toEqual([0, 0]);
});

it.each(['contacts', 'bookings', 'tasks', 'reminders', 'calendar_accounts'])(
  'nobody empties %s by TRUNCATE',
  async (table) => {
    // In a database of its own: even a refused TRUNCATE waits for every other session's locks.
    const scratch = await scratchDatabase();
    onTestFinished(scratch.drop);
    for (const url of [scratch.ownerUrl, scratch.superuserUrl]) {
      const client = await connect(url);

      await expect(client.query(`truncate ${table} cascade`)).rejects.toThrow(
        'use DELETE: TRUNCATE would leave the totals behind',
      );
    }
  },
);

it('workspaces are free to have the same slug and contacts the same address: no oracle', async () => {
  const [first, second] = [await aWorkspace(), await aWorkspace()];

  for (const { uuid } of [first, second]) {
    const added = await asApplication(
      uuid,
      `insert into contacts (workspace_id, id, email) values ($1, $2, 'ada@example.com')`,
      [uuid, randomUUID()],
    );
    expect(added.rowCount).toBe(1);
  }
});
