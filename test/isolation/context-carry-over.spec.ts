import { Database, type Statement } from '@calkeep/database';
import pg from 'pg';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { contextStatement, PipelinedRead } from '../../libs/database/src/pipelined-read.js';
import { aWorkspace, someContacts, type TestWorkspace } from '../support/builders.js';
import { serviceUrl } from '../support/service-url.js';

/**
 * What row-level security shows, with no filter but that: the workspaces whose contacts are in sight. The
 * parameter is there because every read has it.
 */
const inSight: Statement = {
  name: 'in_sight',
  text: `select coalesce(string_agg(distinct workspace_id::text, ','), 'nothing'), $1::uuid from contacts`,
};
const fails: Statement = { name: 'fails', text: 'select 1 / (length($1::uuid::text) - 36)' };
const takesTooLong: Statement = { name: 'takes_too_long', text: 'select pg_sleep(5), $1::uuid' };
const statementTimeoutMs = 150;

let database: Database;
let workspaces: TestWorkspace[];

beforeAll(async () => {
  database = await Database.open({
    databaseUrl: serviceUrl('appUrl'),
    pipelines: 2,
    poolMax: 2,
    timeoutMs: statementTimeoutMs,
  });
  workspaces = await Promise.all(
    Array.from({ length: 200 }, (_, number) => aWorkspace({ name: `Workspace ${number}` })),
  );
  await Promise.all(workspaces.map((workspace) => someContacts(workspace, 1)));
});
afterAll(() => database.close());

it('200 workspaces on two pipelined connections see their own rows alone, with errors and timeouts in between', async () => {
  const client = async (workspace: TestWorkspace, number: number) => {
    const db = database.forWorkspace(workspace.uuid);
    const between = number % 50 === 25 ? takesTooLong : number % 3 === 0 ? fails : inSight;
    const first = [inSight, between].map((statement) => outcome(workspace, db.read(statement)));
    return [...(await Promise.all(first)), await outcome(workspace, db.read(inSight))];
  };

  const outcomes = [
    ...(await Promise.all(workspaces.slice(0, 100).map(client))),
    ...(await Promise.all(workspaces.slice(100).map((workspace, number) => client(workspace, number + 100)))),
  ].flat();

  expect(countOf(outcomes)).toEqual({ 'its own': 600 - 66 - 4, '22012': 66, '57014': 4 });
});

it('so they do on two pooled connections, with transactions in between', async () => {
  const outcomes: string[] = [];
  let next = 0;
  const client = async () => {
    for (let number = next++; number < workspaces.length; number = next++) {
      const workspace = workspaces[number];
      if (!workspace) return;
      const db = database.forWorkspace(workspace.uuid);
      outcomes.push(await outcome(workspace, db.readSlowly(inSight)));
      if (number % 3 === 0) outcomes.push(await outcome(workspace, db.readSlowly(fails)));
      if (number % 50 === 25) outcomes.push(await outcome(workspace, db.readSlowly(takesTooLong)));
      if (number % 5 === 0) outcomes.push(await outcome(workspace, inTransaction(workspace)));
      if (number % 7 === 0) await expect(db.transaction(async (tx) => tx.$queryRaw`select 1 / 0`)).rejects.toThrow();
      expect(await outsideOfWorkspaces()).toEqual({ contacts: 0, context: '' });
    }
  };

  await Promise.all([client(), client()]);

  expect(countOf(outcomes)).toEqual({ 'its own': 240, '22012': 67, '57014': 4 });
});

it.each([
  ['a read', inSight],
  ['a read that failed', fails],
])('a plain query in the same pipeline, right behind %s, is in no workspace', async (_what, statement) => {
  const client = new pg.Client({ connectionString: serviceUrl('appUrl'), pipeline: true });
  await client.connect();
  onTestFinished(() => client.end());
  await client.query({ ...contextStatement, values: [''] });
  const workspace = workspaces[0]?.uuid ?? '';

  const read = new Promise((resolve) => client.query(new PipelinedRead(workspace, statement, [workspace], resolve)));
  const plain = client.query<{ contacts: number; context: string }>(`
    select count(*)::int as contacts, current_setting('app.workspace_id', true) as context from contacts`);

  await read;
  expect((await plain).rows).toEqual([{ contacts: 0, context: '' }]);
});

/** What a read saw: `its own`, what else it saw, or the SQLSTATE that it failed with. */
async function outcome({ uuid }: TestWorkspace, read: Promise<unknown[][]>): Promise<string> {
  try {
    const [row] = await read;
    return row?.[0] === uuid ? 'its own' : String(row?.[0]);
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}

function countOf(outcomes: string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const sight of outcomes) counts[sight] = (counts[sight] ?? 0) + 1;
  return counts;
}

function inTransaction({ uuid }: TestWorkspace): Promise<unknown[][]> {
  return database.forWorkspace(uuid).transaction(async (tx) => {
    const rows = await tx.contact.findMany({ select: { workspaceId: true } });
    return rows.map((row) => [row.workspaceId]);
  });
}

async function outsideOfWorkspaces() {
  const [row] = await database.global<{ contacts: number; context: string }>(
    `select count(*)::int as contacts, current_setting('app.workspace_id', true) as context from contacts`,
    [],
  );
  return row;
}
