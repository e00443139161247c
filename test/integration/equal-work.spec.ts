import { randomUUID } from 'node:crypto';
import { OverloadedError } from '@calkeep/security';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { AfterAnswer } from '../../apps/api/src/auth/after-answer.js';
import { openApplication, type TestApplication } from '../support/api-application.js';
import { auditLogOf } from '../support/audit-log-of.js';
import { aMember, type TestUser } from '../support/console.js';

let application: TestApplication;
let owner: TestUser;

beforeAll(async () => {
  application = await openApplication();
  owner = await aMember({ hasTotp: false });
});
afterAll(() => application.close());

const anEmail = () => `${randomUUID()}@acme.test`;

async function post(path: string, body: Record<string, unknown>, { app } = application) {
  const answer = await app.inject({ method: 'POST', url: path, headers: { 'x-calkeep-csrf': '1' }, payload: body });
  return answer.statusCode;
}

const signIn = (email: string, password = 'not the heron') => post('/app/auth/sign-in', { email, password });
const signUp = (email: string) =>
  post('/app/auth/sign-up', { email, password: 'a heron on the roof', name: 'Ada', workspaceName: 'Acme' });

/** Everything that took time: the statements, in order, and the hashes. */
async function workOf(act: () => Promise<number>): Promise<{ status: number; statements: string[]; hashes: number }> {
  const statements: string[] = [];
  const { query } = pg.Client.prototype;
  pg.Client.prototype.query = function (this: pg.Client, ...sent: unknown[]) {
    statements.push(textOf(sent[0]));
    return Reflect.apply(query, this, sent) as unknown;
  } as typeof query;
  const hashed = vi.spyOn(application.passwords, 'hash');
  const verified = vi.spyOn(application.passwords, 'verify');
  const status = await act();
  const hashes = hashed.mock.calls.length + verified.mock.calls.length;
  pg.Client.prototype.query = query;
  for (const spy of [hashed, verified]) spy.mockRestore();
  return { status, statements, hashes };
}

function textOf(sent: unknown): string {
  if (typeof sent === 'string') return sent;
  return typeof sent === 'object' && sent !== null && 'text' in sent ? String(sent.text) : '';
}

describe('before the answer, as much is done', () => {
  // What is done after it is not part of its time.
  beforeEach(() => void vi.spyOn(application.app.get(AfterAnswer, { strict: false }), 'run').mockReturnValue());

  it('at a sign-in with an unknown address as at one with a known address and a wrong password', async () => {
    await signIn(anEmail());
    const unknown = await workOf(() => signIn(anEmail()));
    const known = await workOf(() => signIn(owner.email));

    expect(unknown).toMatchObject({ status: 401, hashes: 1 });
    expect(unknown.statements.length).toBeGreaterThanOrEqual(2);
    expect(known).toEqual(unknown);
  });

  it('at a sign-up with a known address as at one with an unknown address, up to the end of the savepoint', async () => {
    await signUp(anEmail());
    const unknown = await workOf(() => signUp(anEmail()));
    const known = await workOf(() => signUp(owner.email));

    const isEnd = (statement: string) => /^(release|rollback to) savepoint tentatively$/.test(statement);
    const asOne = (statements: string[]) => statements.map((text) => (isEnd(text) ? 'the end of the savepoint' : text));
    expect(unknown).toMatchObject({ status: 201, hashes: 1 });
    expect(unknown.statements.filter(isEnd)).toEqual(['release savepoint tentatively']);
    expect(known.statements.filter(isEnd)).toEqual(['rollback to savepoint tentatively']);
    expect({ ...known, statements: asOne(known.statements) }).toEqual({
      ...unknown,
      statements: asOne(unknown.statements),
    });
    expect(known.statements.at(-1)).toMatch(/^commit$/i);
  });
});

describe('while too many passwords wait to be hashed', () => {
  it('sign-in and sign-up are asked to come back, and no sign-in is charged for it', async () => {
    const overload = new OverloadedError('too many tasks are waiting');
    vi.spyOn(application.passwords, 'verify').mockRejectedValue(overload);
    vi.spyOn(application.passwords, 'hash').mockRejectedValue(overload);

    for (let attempt = 0; attempt < 12; attempt++) {
      const answer = await application.app.inject({
        method: 'POST',
        url: '/app/auth/sign-in',
        headers: { 'x-calkeep-csrf': '1' },
        payload: { email: owner.email, password: owner.password },
      });
      expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '3']);
      expect(await signUp(anEmail())).toBe(503);
    }

    vi.restoreAllMocks();
    expect(await signIn(owner.email, owner.password)).toBe(200);
  });
});

describe('a process that is stopped', () => {
  it('first writes what it owes the audit log', async () => {
    const stopped = await openApplication();
    const member = await aMember();
    const body = { email: member.email, password: 'not the heron' };
    expect(await post('/app/auth/sign-in', body, stopped)).toBe(401);

    await stopped.close();

    expect(await auditLogOf(member.workspace)).toMatchObject([{ action: 'SIGN_IN_FAILED' }]);
  });
});
