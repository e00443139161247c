import { auditEventsData, auditExportFormats, type AuditExportFormat, type Role } from '@calkeep/contract';
import { auditExportColumns, verifyChain, verifyCheckpoint, type AuditPublicKey } from '@calkeep/security';
import { parse } from 'csv-parse/sync';
import { describe, expect, it, onTestFinished } from 'vitest';
import { administerRows } from '../support/administer-rows.js';
import { someAuditEvents } from '../support/audit-events.js';
import { aWorkspace, type TestWorkspace } from '../support/builders.js';
import { aMember, type Console } from '../support/console.js';
import {
  nextChunk,
  openAnswer,
  parseExport,
  restOf,
  verifiedByCommand,
  type ExportedLog,
} from '../support/exported-log.js';
import { loadAuditEvents } from '../support/load-audit-events.js';
import { ago, aReadLog, auditPathOf } from '../support/read-log.js';
import { useApi } from '../support/use-api.js';

const api = useApi();
const dayMs = 24 * 3_600_000;
const pathOf = (workspace: { id: string }, query = '') => auditPathOf(workspace, `/export${query}`);

async function publishedKeys(): Promise<AuditPublicKey[]> {
  const { text } = await api.call('/.well-known/audit-checkpoint-keys.json');
  return (JSON.parse(text) as { keys: AuditPublicKey[] }).keys;
}

/** Nothing but the export and the published keys are needed to say so. */
async function expectVerified(workspace: TestWorkspace, { events, checkpoint }: ExportedLog): Promise<void> {
  const [first, last] = [events[0], events.at(-1)];
  if (!first || !last || !checkpoint) throw new Error('there is nothing to verify');
  const after = { seq: first.seq - 1, hash: first.prevHash };
  const verdict = await verifyChain(events, { workspaceId: workspace.id, ...(first.seq > 1 && { after }) });
  expect(verdict).toMatchObject({ valid: true, entries: events.length });
  expect(checkpoint).toMatchObject({ workspaceId: workspace.id, seq: last.seq, hash: verdict.head.toString('hex') });
  expect(verifyCheckpoint(checkpoint, await publishedKeys())).toBe('valid');
}

async function exported(reader: Console, workspace: TestWorkspace, format: AuditExportFormat, query = '') {
  const answer = await reader.get(pathOf(workspace, `?format=${format}${query}`));
  expect(answer.status).toBe(200);
  return { answer, ...parseExport(format, answer.text) };
}

const openExport = (reader: Console, workspace: TestWorkspace, format: AuditExportFormat) =>
  openAnswer(reader, new URL(pathOf(workspace, `?format=${format}`), api.process.baseUrl));

async function exportsTold(reader: Console, { id }: TestWorkspace) {
  const { data } = await reader.get(`/app/workspaces/${id}/audit-log?action=AUDIT_EXPORTED&sort=seq`);
  return auditEventsData.parse(data).auditEvents;
}

describe.each(auditExportFormats)('an export as %s', (format) => {
  it('is the whole log, its own entry last, with a signed checkpoint of it, and verifies without us', async () => {
    const { workspace, reader } = await aReadLog(
      api,
      Array.from({ length: 1_203 }, () => ({ payload: { text: '"é😀\n,\u0001' } })),
    );

    const { events, checkpoint, answer } = await exported(reader, workspace, format);

    expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 1_204 }, (_, index) => index + 1));
    expect(events.at(-1)).toMatchObject({ action: 'AUDIT_EXPORTED' });
    await expectVerified(workspace, { events, checkpoint });
    const type = { csv: 'text/csv; charset=utf-8; header=present', ndjson: 'application/x-ndjson' }[format];
    expect(answer.headers).toMatchObject({
      ...{ 'content-type': type, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' },
      'content-disposition': `attachment; filename="calkeep-audit-log-${new Date().toISOString().slice(0, 10)}.${format}"`,
      'x-calkeep-request-id': events.at(-1)?.requestId,
    });
  });

  it('is verified by the command, and so is the one that was tampered with', { timeout: 60_000 }, async () => {
    const { workspace, reader } = await aReadLog(
      api,
      Array.from({ length: 5 }, () => ({ payload: { reason: 'as asked' } })),
    );
    const { answer } = await exported(reader, workspace, format);
    const keys = JSON.stringify({ keys: await publishedKeys() });

    const whole = await verifiedByCommand({ log: answer.text, keys });
    expect(whole).toMatchObject({ valid: true, entries: 6, checkpoint: 'valid', workspaceId: workspace.id });

    const lines = answer.text.split('\n');
    const third = format === 'csv' ? 3 : 2;
    const edited = lines.with(third, String(lines[third]).replace('as asked', 'as known')).join('\n');
    expect(await verifiedByCommand({ log: edited, keys })).toMatchObject({ valid: false, firstBrokenSeq: 3 });
    const cut = lines.toSpliced(-3, 1).join('\n');
    expect(await verifiedByCommand({ log: cut, keys })).toMatchObject({ valid: false, firstBrokenSeq: 6 });
  });

  it('of a span of time is one piece of the chain, with a checkpoint of its last event', async () => {
    const start = ago(60_000).getTime();
    const { workspace, reader } = await aReadLog(
      api,
      Array.from({ length: 10 }, (_, index) => ({ at: new Date(start + index * 1_000) })),
    );
    const [from, to] = [2, 7].map((second) => new Date(start + second * 1_000).toISOString());
    const piece = await exported(reader, workspace, format, `&from=${from}&to=${to}`);
    expect(piece.events.map(({ seq }) => seq)).toEqual([3, 4, 5, 6, 7]);
    await expectVerified(workspace, piece);
    const rest = await exported(reader, workspace, format, `&from=${to}`);
    expect(rest.events.map(({ seq }) => seq)).toEqual([8, 9, 10, 11, 12]);
    await expectVerified(workspace, rest);
  });

  it('leaves out no event of its span where one was written late, nor breaks the chain', async () => {
    const start = ago(60_000).getTime();
    const at = (second: number) => ({ at: new Date(start + second * 1_000) });
    const { workspace, reader } = await aReadLog(api, [at(0), at(5), at(1), at(6), at(2), at(7)]);
    const [from, to] = [1, 3].map((second) => new Date(start + second * 1_000).toISOString());
    const piece = await exported(reader, workspace, format, `&from=${from}&to=${to}`);
    expect(piece.events.map(({ seq }) => seq)).toEqual([3, 4, 5]);
    await expectVerified(workspace, piece);
  });

  it('of a span without events is empty, and signs nothing', async () => {
    const { workspace, reader } = await aReadLog(api, [{}]);
    for (const query of ['&to=2000-01-01T00:00:00Z', '&from=2999-01-01T00:00:00Z']) {
      const { answer } = await exported(reader, workspace, format, query);
      expect(answer.text).toBe(format === 'csv' ? `${auditExportColumns.join(',')}\r\n` : '');
    }
    expect((await reader.get(`/app/workspaces/${workspace.id}/audit-log/checkpoints`)).data['checkpoints']).toEqual([]);
  });

  it('goes back as far as the plan lets people read', async () => {
    const events = [40, 31, 29, 1].map((days) => ({ at: ago(days * dayMs) }));
    const { workspace, reader } = await aReadLog(api, events, { plan: 'free' });
    for (const query of ['', '&from=2000-01-01T00:00:00Z']) {
      const piece = await exported(reader, workspace, format, query);
      expect(piece.events[0]?.seq).toBe(3);
      await expectVerified(workspace, piece);
    }
  });
});

describe('CSV', () => {
  it('is what every reader of RFC 4180 takes for these rows, and holds no formula', async () => {
    const texts = ['=cmd()', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', "'=1", 'a"b,c', 'two\nlines', '', '＝1'];
    const { workspace, reader } = await aReadLog(
      api,
      texts.map((text) => ({ actor: { name: text, userAgent: text, clientRequestId: text }, payload: { text } })),
    );
    const { answer } = await exported(reader, workspace, 'csv');
    const rows: Record<string, string>[] = parse(answer.text, { columns: true, record_delimiter: '\r\n' });
    expect(Object.keys(rows[0] ?? {})).toEqual([...auditExportColumns]);
    expect(rows.map(({ seq, record }) => `${record} ${seq}`)).toEqual([
      ...Array.from({ length: 12 }, (_, index) => `event ${index + 1}`),
      'checkpoint 12',
    ]);
    for (const [index, text] of texts.entries()) {
      const isGuarded = /^(?:[=+\-@\t\r'＝]|$)/.test(text);
      const cell = isGuarded ? `'${text}` : text;
      expect(rows[index]).toMatchObject({ actorName: cell, userAgent: cell, clientRequestId: cell });
      expect(JSON.parse(String(rows[index]?.['payload']))).toEqual({ text });
    }
    for (const cell of rows.flatMap((row) => Object.values(row))) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
  });
});

describe('that there was an export', () => {
  it('is told in the log: who, from where, what, and by which second factor', async () => {
    const { workspace, auditor, reader } = await aReadLog(api, [{}]);
    const [from, to] = ['2026-01-01T00:00:00.000Z', '2026-02-01T00:00:00.000Z'];
    const headers = { 'User-Agent': 'curl/8', 'X-Request-Id': 'mine:7' };
    await reader.get(pathOf(workspace, `?format=ndjson&from=${from}&to=2026-02-01T01:00:00%2B01:00`), { headers });
    await reader.get(pathOf(workspace));
    const told = await exportsTold(reader, workspace);
    expect(told).toMatchObject([
      {
        actor: { type: 'user', id: auditor.id, name: 'Grace Auditor' },
        target: { type: 'audit_log', id: workspace.id },
        ...{ userAgent: 'curl/8', clientRequestId: 'mine:7', ip: expect.stringMatching(/^10\./) },
        payload: { format: 'ndjson', from, to, mfa: { method: 'totp' } },
      },
      { payload: { format: 'csv', from: null, to: null, mfa: { method: 'totp' } } },
    ]);
    for (const { payload } of told) expect(payload['mfa']).toMatchObject({ ageSeconds: expect.any(Number) });
  });

  it.each<[string, string, number]>([
    ['another format', '?format=pdf', 400],
    ['a format given twice', '?format=csv&format=csv', 400],
    ['a time that is none', '?from=yesterday', 400],
    ['a parameter of the list', '?limit=5', 400],
  ])('is not told of one that was refused: %s', async (_, query, status) => {
    const { workspace, reader } = await aReadLog(api, [{}]);
    const answer = await reader.get(pathOf(workspace, query));
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toContain('application/json');
    expect(answer.headers).not.toHaveProperty('content-disposition');
    expect(await exportsTold(reader, workspace)).toEqual([]);
  });

  it('is not told of who asked for the headers alone', async () => {
    const { workspace, reader } = await aReadLog(api, [{}]);
    const answer = await reader.call('HEAD', pathOf(workspace, '?format=csv'));
    expect(answer).toMatchObject({ status: 200, text: '' });
    expect(answer.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': expect.stringMatching(/^attachment; filename="calkeep-audit-log-[\d-]{10}\.csv"$/),
    });
    expect(await exportsTold(reader, workspace)).toEqual([]);
  });
});

describe('who may export', () => {
  it.each<[Role, number]>([
    ['owner', 200],
    ['admin', 200],
    ['auditor', 200],
    ['member', 403],
  ])('as %s: %s', async (role, status) => {
    const member = await aMember({ role });
    const reader = await api.console().enter(member);
    expect((await reader.get(pathOf(member.workspace))).status).toBe(status);
  });

  it('whoever proved a second factor within 300 s, and nobody else', async () => {
    const workspace = await aWorkspace();
    const auditor = await aMember({ role: 'auditor', workspace });
    const refused = async (mfaAgeSeconds: number | null) => {
      const answer = await (await api.console().enter(auditor, { mfaAgeSeconds })).get(pathOf(workspace));
      return { status: answer.status, error: answer.error, challenge: answer.headers['www-authenticate'] };
    };
    for (const age of [301, -60, null])
      expect(await refused(age)).toMatchObject({
        ...{ status: 401, error: { code: 'mfa_required', details: { maxAgeSeconds: 300, methods: ['totp'] } } },
        challenge: expect.stringContaining('error="insufficient_user_authentication"'),
      });
    const without = await aMember({ role: 'auditor', workspace, hasTotp: false });
    const answer = await (await api.console().enter(without, { mfaAgeSeconds: null })).get(pathOf(workspace));
    expect({ status: answer.status, code: answer.error.code }).toEqual({
      status: 403,
      code: 'mfa_enrollment_required',
    });
    const recent = await api.console().enter(auditor, { mfaAgeSeconds: 290 });
    expect((await recent.get(pathOf(workspace))).status).toBe(200);
    expect(await exportsTold(recent, workspace)).toHaveLength(1);
  });
});

describe('the stream', () => {
  it('holds what was there when it began, however much is written while it is read', async () => {
    const { workspace, reader } = await aReadLog(api);
    await loadAuditEvents(workspace, 8_000);
    const response = await openExport(reader, workspace, 'ndjson');
    // The rest of it stays in the server until it is asked for: far more than the sockets hold.
    const first = await nextChunk(response);
    await someAuditEvents(workspace, Array(600).fill({}));
    const text = first + (await restOf(response));
    const piece = parseExport('ndjson', text);
    expect(piece.events).toHaveLength(8_001);
    await expectVerified(workspace, piece);
  });

  it('that nobody reads to its end holds nothing for longer', async () => {
    const { workspace, reader } = await aReadLog(api);
    await loadAuditEvents(workspace, 8_000);
    // Twice as many as the database has connections for.
    for (let count = 0; count < 20; count++) {
      const response = await openExport(reader, workspace, 'csv');
      await nextChunk(response);
      response.destroy();
    }
    const { data } = await reader.get(`/app/workspaces/${workspace.id}/audit-log/verify`);
    expect(data).toMatchObject({ valid: true, entries: 8_020 });
    expect(await exportsTold(reader, workspace)).toHaveLength(20);
  });

  it('is cut, and not ended, when the database fails on the way', async () => {
    const { workspace, reader } = await aReadLog(api, Array(1_203).fill({}));
    await refuseInserts('audit_checkpoints', workspace);
    for (const format of auditExportFormats) {
      const response = await openExport(reader, workspace, format);
      await expect(restOf(response)).rejects.toThrow('aborted');
      expect({ status: response.statusCode, isComplete: response.complete }).toEqual({
        status: 200,
        isComplete: false,
      });
    }
  });

  it('does not begin when it cannot be told in the log', async () => {
    const { workspace, reader } = await aReadLog(api, [{}]);
    await refuseInserts('audit_events', workspace);
    const answer = await reader.get(pathOf(workspace));
    expect({ status: answer.status, code: answer.error.code }).toEqual({ status: 500, code: 'internal_error' });
    expect(answer.headers).not.toHaveProperty('content-disposition');
  });
});

/** Until the test has finished, nothing can be stored of this workspace in this table: as when the database fails. */
async function refuseInserts(table: 'audit_events' | 'audit_checkpoints', { uuid }: TestWorkspace): Promise<void> {
  const name = `refuse_${uuid.replaceAll('-', '')}`;
  await administerRows(
    `create trigger ${name} before insert on ${table} for each row when (new.workspace_id = '${uuid}')
     execute function app.refuse_audit_change()`,
  );
  onTestFinished(() => administerRows(`drop trigger ${name} on ${table}`));
}
