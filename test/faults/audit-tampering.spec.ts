import { auditVerificationData, type AuditBreakReason, type AuditVerificationData } from '@calkeep/contract';
import { auditHash, verifyChain } from '@calkeep/security';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuditCheckpoints } from '../../apps/api/src/audit-log/audit-checkpoints.js';
import { openApplication, type TestApplication } from '../support/api-application.js';
import { someAuditEvents } from '../support/audit-events.js';
import { aWorkspace, type TestWorkspace } from '../support/builders.js';
import { aMember, type Console } from '../support/console.js';
import { parseExport } from '../support/exported-log.js';
import { auditPathOf } from '../support/read-log.js';
import { eventAt, hexText, rewriteFrom, setAt, signedByAnother, tamper } from '../support/tampered-log.js';
import { useApi } from '../support/use-api.js';

const api = useApi();
let application: TestApplication;
beforeAll(async () => {
  application = await openApplication();
});
afterAll(() => application.close());

/** Events 1 to 8, none of which is like another; `signedAt` of them are covered by checkpoints. */
const length = 8;

async function aLog({ signedAt = [] }: { signedAt?: number[] } = {}) {
  const workspace = await aWorkspace();
  for (let seq = 1; seq <= length; seq++) {
    const actor = {
      name: `Actor ${seq}`,
      userAgent: `agent/${seq}`,
      requestId: `req_${seq}`,
      clientRequestId: `${seq}`,
    };
    // What signs here is this test, not the processes of others, which look after all workspaces.
    await someAuditEvents(workspace, [{ actor, payload: { n: seq, deep: { list: [seq] } } }], {
      checkpointDueAt: new Date(Date.now() + 24 * 60 * 60 * 1000),
    });
    if (signedAt.includes(seq)) await application.app.get(AuditCheckpoints, { strict: false }).sign(workspace.uuid);
  }
  const reader = await api.console().enter(await aMember({ role: 'auditor', workspace }));
  return { workspace, reader };
}

async function verify(reader: Console, workspace: TestWorkspace): Promise<AuditVerificationData> {
  const { data } = await reader.get(auditPathOf(workspace, '/verify'));
  return auditVerificationData.parse(data);
}

it('calls a log whole that nobody touched, with every checkpoint of it', async () => {
  const { workspace, reader } = await aLog({ signedAt: [3, 8] });
  expect(await verify(reader, workspace)).toMatchObject({
    ...{ valid: true, entries: 8, checkpoints: { checked: 2, lastSeq: 8 } },
  });
});

describe('an event', () => {
  it.each<[string, string]>([
    ['id', 'id = gen_random_uuid()'],
    ['action', `action = 'API_TOKEN_REVOKED'`],
    ['actor’s type', `actor_type = 'system'`],
    ['actor', `actor_id = 'usr_01jd3z6k9qe0g8m1n2p3q4r5s6'`],
    ['actor’s name', `actor_name = null`],
    ['target’s type', `target_type = 'user'`],
    ['target', `target_id = null`],
    ['time, by a millisecond', `created_at = created_at + interval '1 millisecond'`],
    ['time, to none', `created_at = 'infinity'`],
    ['address', `ip = '192.0.2.2'`],
    ['address, by a mask', `ip = '192.0.2.1/24'`],
    ['user agent', `user_agent = 'agent/4'`],
    ['request id', `request_id = null`],
    ['client request id', `client_request_id = ''`],
    ['payload', `payload = payload || '{"more": null}'`],
    ['payload, deep down', `payload = jsonb_set(payload, '{deep,list,0}', '55')`],
    ['payload, to a list', `payload = '[1]'`],
    ['payload, to a number that no hash is made of', `payload = '{"n": 1e400}'`],
    ['hash', `hash = decode(repeat('ab', 32), 'hex')`],
  ])('that was edited in its %s is named', async (_, assignment) => {
    const { workspace, reader } = await aLog({ signedAt: [8] });
    await tamper(workspace, setAt(5, assignment));
    expect(await verify(reader, workspace)).toMatchObject({
      ...{ valid: false, entries: 4, firstBrokenSeq: 5, reason: 'wrong_hash' },
    });
  });

  it.each<[string, string, number, AuditBreakReason]>([
    ['cut out of the chain', setAt(5, `prev_hash = decode(repeat('ab', 32), 'hex')`), 5, 'wrong_prev_hash'],
    ['removed', 'delete from audit_events where workspace_id = :ws and seq = 5', 5, 'wrong_seq'],
    ['removed, the first of all', 'delete from audit_events where workspace_id = :ws and seq = 1', 1, 'wrong_seq'],
    [
      'removed, and the others numbered anew',
      `delete from audit_events where workspace_id = :ws and seq = 5;
       update audit_events set seq = seq + 1000 where workspace_id = :ws and seq > 5;
       update audit_events set seq = seq - 1001 where workspace_id = :ws and seq > 5;
       update audit_heads set seq = 7 where workspace_id = :ws`,
      ...([5, 'wrong_prev_hash'] as const),
    ],
    [
      'put where another was',
      `${setAt(5, 'seq = 99')}; ${setAt(6, 'seq = 5')}; ${setAt(99, 'seq = 6')}`,
      ...([5, 'wrong_prev_hash'] as const),
    ],
    ...(['0', '-7', '-9007199254740993'] as const).map((seq): [string, string, number, AuditBreakReason] => [
      `inserted before the first, at ${seq}`,
      `insert into audit_events select workspace_id, ${seq}, gen_random_uuid(), action, actor_type, actor_id, actor_name,
         target_type, target_id, ip, user_agent, request_id, client_request_id, payload, created_at, prev_hash, hash
       from audit_events where workspace_id = :ws and seq = 1`,
      ...([1, 'wrong_seq'] as const),
    ]),
    [
      'inserted between two others',
      `update audit_events set seq = seq + 1000 where workspace_id = :ws and seq >= 5;
       update audit_events set seq = seq - 999 where workspace_id = :ws and seq >= 5;
       insert into audit_events select workspace_id, 5, gen_random_uuid(), action, actor_type, actor_id, actor_name,
         target_type, target_id, ip, user_agent, request_id, client_request_id, payload, created_at, prev_hash, hash
       from audit_events where workspace_id = :ws and seq = 6`,
      ...([5, 'wrong_hash'] as const),
    ],
    [
      'inserted after the last',
      `insert into audit_events select workspace_id, 9, gen_random_uuid(), action, actor_type, actor_id, actor_name,
         target_type, target_id, ip, user_agent, request_id, client_request_id, payload, created_at, prev_hash, hash
       from audit_events where workspace_id = :ws and seq = 8`,
      ...([9, 'beyond_head'] as const),
    ],
  ])('that was %s is named', async (_, sql, firstBrokenSeq, reason) => {
    const { workspace, reader } = await aLog();
    await tamper(workspace, sql);
    expect(await verify(reader, workspace)).toMatchObject({
      ...{ valid: false, entries: firstBrokenSeq - 1, firstBrokenSeq, reason },
    });
  });

  it('that was moved to another workspace is named in both', async () => {
    const [from, to] = [await aLog(), await aLog()];
    const move = (seq: number) => `update audit_events set workspace_id = '${to.workspace.uuid}'
      where workspace_id = :ws and seq = ${seq}`;
    await tamper(to.workspace, 'delete from audit_events where workspace_id = :ws and seq = 5');
    await tamper(from.workspace, move(5));
    expect(await verify(from.reader, from.workspace)).toMatchObject({
      valid: false,
      firstBrokenSeq: 5,
      reason: 'wrong_seq',
    });
    expect(await verify(to.reader, to.workspace)).toMatchObject({
      ...{ valid: false, firstBrokenSeq: 5, reason: 'wrong_prev_hash' },
    });
  });

  it('that was moved, first to first, is not taken for the beginning of another log', async () => {
    const [from, to] = [await aLog(), await aLog()];
    await tamper(to.workspace, 'delete from audit_events where workspace_id = :ws and seq = 1');
    await tamper(
      from.workspace,
      `update audit_events set workspace_id = '${to.workspace.uuid}'
      where workspace_id = :ws and seq = 1`,
    );
    expect(await verify(to.reader, to.workspace)).toMatchObject({
      ...{ valid: false, entries: 0, firstBrokenSeq: 1, reason: 'wrong_prev_hash' },
    });
  });

  it('whose hash was made to fit is shown by the one after it', async () => {
    const { workspace, reader } = await aLog();
    const event = await eventAt(reader, workspace, 5);
    const forged = auditHash(event.prevHash, { ...event, userAgent: 'forged' });
    await tamper(workspace, setAt(5, `user_agent = 'forged', hash = ${hexText(forged)}`));
    expect(await verify(reader, workspace)).toMatchObject({
      ...{ valid: false, entries: 5, firstBrokenSeq: 6, reason: 'wrong_prev_hash' },
    });
  });
});

describe('the end of the log', () => {
  const cutOff = 'delete from audit_events where workspace_id = :ws and seq > 6';
  const adjustHead = `update audit_heads h set seq = 6, hash = e.hash from audit_events e
    where h.workspace_id = :ws and e.workspace_id = :ws and e.seq = 6`;

  it.each<[string, string, number, AuditBreakReason]>([
    ['cut off', cutOff, 7, 'cut_off'],
    ['cut off whole', 'delete from audit_events where workspace_id = :ws', 1, 'cut_off'],
    ['said to be earlier than it is', adjustHead, 7, 'beyond_head'],
    ['said to be later than it is', 'update audit_heads set seq = 9 where workspace_id = :ws', 9, 'cut_off'],
    [
      'said to be another',
      `update audit_heads set hash = decode(repeat('ab', 32), 'hex') where workspace_id = :ws`,
      8,
      'contradicts_head',
    ],
    ['not said at all', 'delete from audit_heads where workspace_id = :ws', 1, 'beyond_head'],
  ])('is known by the head of the log: %s', async (_, sql, firstBrokenSeq, reason) => {
    const { workspace, reader } = await aLog();
    await tamper(workspace, sql);
    expect(await verify(reader, workspace)).toMatchObject({ valid: false, firstBrokenSeq, reason });
  });

  it.each<[string, string, number]>([
    ['cut off, and the head made to fit', `${cutOff}; ${adjustHead}`, 7],
    [
      'taken away whole, head and all',
      'delete from audit_events where workspace_id = :ws; delete from audit_heads where workspace_id = :ws',
      1,
    ],
  ])('is known by a checkpoint when it was %s, and by nothing else', async (_, sql, firstBrokenSeq) => {
    const [signed, unsigned] = [await aLog({ signedAt: [4, 7] }), await aLog()];
    for (const { workspace } of [signed, unsigned]) await tamper(workspace, sql);
    expect(await verify(signed.reader, signed.workspace)).toMatchObject({
      ...{ valid: false, entries: firstBrokenSeq - 1, firstBrokenSeq, reason: 'cut_off' },
    });
    expect(await verify(unsigned.reader, unsigned.workspace)).toMatchObject({
      valid: true,
      entries: firstBrokenSeq - 1,
    });
  });
});

describe('a log that was written anew from an event on, hashes, head and all', () => {
  it('contradicts the first checkpoint after that', async () => {
    const { workspace, reader } = await aLog({ signedAt: [3, 6, 8] });
    await rewriteFrom(reader, workspace, 5);
    expect(await verify(reader, workspace)).toMatchObject({
      ...{ valid: false, entries: 5, firstBrokenSeq: 6, reason: 'contradicts_checkpoint' },
      checkpoints: { checked: 1, lastSeq: 3 },
    });
  });

  it('is known by its checkpoints also when those were written anew, for nobody else can sign them', async () => {
    const { workspace, reader } = await aLog({ signedAt: [6] });
    await rewriteFrom(reader, workspace, 5);
    await tamper(
      workspace,
      `update audit_checkpoints c set hash = e.hash from audit_events e
       where c.workspace_id = :ws and e.workspace_id = :ws and e.seq = c.seq`,
    );
    const expected = { valid: false, entries: 5, firstBrokenSeq: 6 };
    expect(await verify(reader, workspace)).toMatchObject({ ...expected, reason: 'checkpoint_forged' });
    const signature = await signedByAnother(reader, workspace);
    await tamper(workspace, `update audit_checkpoints set signature = ${hexText(signature)} where workspace_id = :ws`);
    expect(await verify(reader, workspace)).toMatchObject({ ...expected, reason: 'checkpoint_forged' });
    await tamper(workspace, `update audit_checkpoints set key_id = 'mine' where workspace_id = :ws`);
    expect(await verify(reader, workspace)).toMatchObject({ ...expected, reason: 'checkpoint_unknown_key' });
  });
});

describe('a checkpoint', () => {
  it.each<[string, string]>([
    ['at another event', 'seq = 5'],
    ['at another time', `created_at = created_at + interval '1 millisecond'`],
    ['with another signature', 'signature = set_byte(signature, 0, get_byte(signature, 0) # 1)'],
  ])('that was put %s is named', async (_, assignment) => {
    const { workspace, reader } = await aLog({ signedAt: [6] });
    await tamper(workspace, `update audit_checkpoints set ${assignment} where workspace_id = :ws`);
    const firstBrokenSeq = assignment.startsWith('seq') ? 5 : 6;
    expect(await verify(reader, workspace)).toMatchObject({
      valid: false,
      firstBrokenSeq,
      reason: 'checkpoint_forged',
    });
  });

  it.each([
    ['beyond the end', 99, 99],
    ['before the beginning', -3, 1],
  ])('that was made up for an event %s is not taken for a proof', async (_, seq, firstBrokenSeq) => {
    const { workspace, reader } = await aLog({ signedAt: [6] });
    await tamper(
      workspace,
      `insert into audit_checkpoints select workspace_id, ${seq}, hash, created_at, key_id, signature
       from audit_checkpoints where workspace_id = :ws`,
    );
    expect(await verify(reader, workspace)).toMatchObject({
      ...{ valid: false, entries: 8, firstBrokenSeq, reason: 'checkpoint_forged' },
    });
  });

  it('is not named before an event that was broken earlier', async () => {
    const { workspace, reader } = await aLog({ signedAt: [6] });
    await tamper(
      workspace,
      `update audit_checkpoints set signature = decode(repeat('00', 64), 'hex') where workspace_id = :ws;
      delete from audit_events where workspace_id = :ws and seq = 5`,
    );
    expect(await verify(reader, workspace)).toMatchObject({ valid: false, firstBrokenSeq: 5, reason: 'wrong_seq' });
  });
});

it('a log that was tampered with is exported as it is, and the export says the same', async () => {
  const { workspace, reader } = await aLog();
  await tamper(workspace, setAt(5, `actor_name = 'Somebody else'`));
  const { text } = await reader.get(auditPathOf(workspace, '/export?format=ndjson'));
  const { events } = parseExport('ndjson', text);
  expect(events[4]?.actor.name).toBe('Somebody else');
  expect(await verifyChain(events, { workspaceId: workspace.id })).toMatchObject({
    ...{ valid: false, firstBrokenSeq: 5, reason: 'wrong_hash' },
  });
});
