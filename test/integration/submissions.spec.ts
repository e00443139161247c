import { newUuid } from '@calkeep/contract';
import type { WorkspaceWriter } from '@calkeep/database';
import { AppError } from '@calkeep/platform';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Answer } from '../../apps/api/src/http/answer.js';
import { jsonText } from '../../apps/api/src/http/envelope.js';
import type { Principal } from '../../apps/api/src/http/principal.js';
import { Submissions, type SubmittedWork } from '../../apps/api/src/idempotency/submissions.js';
import { openApplication, type TestApplication } from '../support/api-application.js';
import { arrange, aWorkspace } from '../support/builders.js';

let application: TestApplication;
beforeAll(async () => {
  application = await openApplication();
});
afterAll(() => application.close());

const insert = {
  name: 'test_insert_contact',
  text: `insert into contacts (workspace_id, id, first_name) values ($1, $2, 'x') returning 1`,
};
const addContact = (db: WorkspaceWriter) => db.write({ statement: insert }, newUuid());
const done = new Answer(201, jsonText('{"x":1}'), { Location: '/x' });

async function aSubmitter() {
  const { uuid } = await aWorkspace();
  const limit = { requests: 1, windowSeconds: 60 };
  const principal: Principal = {
    subject: { kind: 'token', id: newUuid(), lineageId: newUuid() },
    ...{ workspaceId: uuid, homeWorkspaceId: uuid, mode: 'live', plan: 'business', scopes: [] },
    ...{ expiresAt: null, retirement: null, limits: { token: limit, workspace: limit } },
  };
  const keyed = { key: 'a', route: 'POST /x', requestHash: Buffer.alloc(32) };
  return {
    run: (work: SubmittedWork) => application.app.get(Submissions, { strict: false }).run(principal, { keyed }, work),
    contacts: () =>
      arrange(uuid, async (client) => {
        const { rowCount } = await client.query('select 1 from contacts where workspace_id = $1', [uuid]);
        return rowCount;
      }),
  };
}

it('work that refuses after it wrote is undone, and its refusal kept', async () => {
  const { run, contacts } = await aSubmitter();
  const refusal = { code: 'conflict', message: 'No.', details: { id: 'x' } };
  const refuse: SubmittedWork = async (db) => {
    await addContact(db);
    throw new AppError('conflict', { message: 'No.', details: { id: 'x' } });
  };

  await expect(run(refuse)).rejects.toMatchObject(refusal);
  await expect(run(async () => done)).rejects.toMatchObject({
    ...refusal,
    headers: { 'Idempotency-Replayed': 'true' },
  });
  expect(await contacts()).toBe(0);
});

it('a refusal after a statement that failed is kept as well', async () => {
  const { run, contacts } = await aSubmitter();
  const refuse: SubmittedWork = async (db) => {
    await addContact(db);
    const twice = newUuid();
    await db.write({ statement: insert }, twice);
    await expect(db.write({ statement: insert }, twice)).rejects.toThrow('contacts_pkey');
    throw new AppError('conflict');
  };

  await expect(run(refuse)).rejects.toMatchObject({ code: 'conflict' });
  await expect(run(async () => done)).rejects.toMatchObject({ code: 'conflict' });
  expect(await contacts()).toBe(0);
});

it.each([
  ['a defect', new Error('a defect')],
  ['what is away', new AppError('service_unavailable')],
])('work that fails of %s is undone, nothing is kept, and the key is free at once', async (_what, failure) => {
  const { run, contacts } = await aSubmitter();
  const fail: SubmittedWork = async (db) => {
    await addContact(db);
    throw failure;
  };

  await expect(run(fail)).rejects.toBe(failure);
  expect(await contacts()).toBe(0);
  const answer = await run(async (db) => {
    await addContact(db);
    return done;
  });

  expect(answer).toBe(done);
  expect(await contacts()).toBe(1);
  expect(await run(fail)).toEqual(new Answer(201, done.data, { 'Idempotency-Replayed': 'true', Location: '/x' }));
});

it('work that PostgreSQL undid because of another transaction is done again, and counts once', async () => {
  const { run, contacts } = await aSubmitter();
  let attempts = 0;
  const work: SubmittedWork = async (db) => {
    await addContact(db);
    if (++attempts < 3) throw givesWay();
    return done;
  };

  expect(await run(work)).toBe(done);
  expect(attempts).toBe(3);
  expect(await contacts()).toBe(1);
});

/** The error with which PostgreSQL gives way to another transaction. */
function givesWay(): Error {
  const error = new pg.DatabaseError('could not serialize access', 0, 'error');
  error.code = '40001';
  return error;
}
