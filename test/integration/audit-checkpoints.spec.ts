import { auditCheckpointsData, type AuditExportFormat } from '@calkeep/contract';
import { parseNdjsonLine, verifyCheckpoint, type AuditPublicKey } from '@calkeep/security';
import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { AuditCheckpoints } from '../../apps/api/src/audit-log/audit-checkpoints.js';
import { administerRows } from '../support/administer-rows.js';
import { openApplication, type TestApplication } from '../support/api-application.js';
import { someAuditEvents } from '../support/audit-events.js';
import { arrange, aWorkspace, type TestWorkspace } from '../support/builders.js';
import { aMember, type Console } from '../support/console.js';
import { useApi } from '../support/use-api.js';

/** Without the worker, which would sign beside the tests. */
const api = useApi({ env: { WORKER: 'separate' } });
let application: TestApplication;
beforeAll(async () => {
  application = await openApplication();
});
afterAll(() => application.close());

const sign = ({ uuid }: TestWorkspace) => application.app.get(AuditCheckpoints, { strict: false }).sign(uuid);

async function storedOf({ uuid }: TestWorkspace): Promise<{ seq: number; hash: string }[]> {
  const { rows } = await arrange(uuid, (client) =>
    client.query(
      `select seq::int, encode(hash, 'hex') as hash from audit_checkpoints where workspace_id = $1 order by seq`,
      [uuid],
    ),
  );
  return rows;
}

async function headOf({ uuid }: TestWorkspace): Promise<{ seq: number; hash: string }> {
  const { rows } = await arrange(uuid, (client) =>
    client.query(`select seq::int, encode(hash, 'hex') as hash from audit_heads where workspace_id = $1`, [uuid]),
  );
  return rows[0];
}

async function listed(reader: Console, { id }: TestWorkspace, query = '') {
  const { data } = await reader.get(`/app/workspaces/${id}/audit-log/checkpoints${query}`);
  return auditCheckpointsData.parse(data);
}

const auditorOf = async (workspace: TestWorkspace) =>
  api.console().enter(await aMember({ role: 'auditor', workspace }));

async function publishedKeys(): Promise<AuditPublicKey[]> {
  const { text } = await api.call('/.well-known/audit-checkpoint-keys.json');
  return (JSON.parse(text) as { keys: AuditPublicKey[] }).keys;
}

describe('signing', () => {
  it('covers everything that was appended, once, and goes on when more was', async () => {
    const workspace = await aWorkspace();
    await someAuditEvents(workspace, [{}, {}, {}]);
    for (let count = 0; count < 3; count++) await sign(workspace);
    const first = await headOf(workspace);
    expect(await storedOf(workspace)).toEqual([first]);

    await someAuditEvents(workspace, [{}]);
    await sign(workspace);
    expect(await storedOf(workspace)).toEqual([first, await headOf(workspace)]);
  });

  it('by many at once leaves one checkpoint of each end', async () => {
    const workspace = await aWorkspace();
    await someAuditEvents(workspace, [{}]);
    await Promise.all(Array.from({ length: 12 }, () => sign(workspace)));
    expect(await storedOf(workspace)).toEqual([await headOf(workspace)]);
  });

  it('signs nothing where nothing was ever written, nor of another workspace', async () => {
    const [empty, other] = [await aWorkspace(), await aWorkspace()];
    await someAuditEvents(other, [{}]);
    await sign(empty);
    for (const workspace of [empty, other]) expect(await storedOf(workspace)).toEqual([]);
  });

  it('does not lend its name to a head that its own log contradicts, and says so', async () => {
    const logged = vi.spyOn(Logger.prototype, 'error').mockReturnValue();
    const workspace = await aWorkspace();
    await someAuditEvents(workspace, [{}, {}]);
    await administerRows(`update audit_heads set hash = decode(repeat('ab', 32), 'hex') where workspace_id = $1`, [
      workspace.uuid,
    ]);
    await sign(workspace);
    expect(await storedOf(workspace)).toEqual([]);
    expect(logged).toHaveBeenCalledWith(expect.stringContaining('contradicts its head at 2: not signed'));
  });
});

describe('the list', () => {
  it('shows the last first, by page, each of them good by the published keys', async () => {
    const workspace = await aWorkspace();
    for (let count = 0; count < 5; count++) {
      await someAuditEvents(workspace, [{}, {}]);
      await sign(workspace);
    }
    const reader = await auditorOf(workspace);
    const pages = [await listed(reader, workspace, '?limit=3'), await listed(reader, workspace, '?limit=3&page=2')];
    expect(pages.flatMap(({ checkpoints }) => checkpoints.map(({ seq }) => seq))).toEqual([10, 8, 6, 4, 2]);
    expect(pages[1]?.pagination).toEqual({ page: 2, limit: 3, total: 5, totalPages: 2, hasMore: false });
    const keys = await publishedKeys();
    for (const checkpoint of pages.flatMap(({ checkpoints }) => checkpoints)) {
      expect(checkpoint.workspaceId).toBe(workspace.id);
      expect(verifyCheckpoint(checkpoint, keys)).toBe('valid');
    }
  });

  it('holds none of another workspace', async () => {
    const [ours, theirs] = [await aWorkspace(), await aWorkspace()];
    await someAuditEvents(theirs, [{}]);
    await sign(theirs);
    const { checkpoints, pagination } = await listed(await auditorOf(ours), ours);
    expect({ checkpoints, total: pagination.total }).toEqual({ checkpoints: [], total: 0 });
  });

  it.each(['?page=0', '?limit=201', '?cursor=x', '?sort=seq'])('refuses %s', async (query) => {
    const workspace = await aWorkspace();
    const reader = await auditorOf(workspace);
    expect((await reader.get(`/app/workspaces/${workspace.id}/audit-log/checkpoints${query}`)).status).toBe(400);
  });
});

describe('an export', () => {
  const checkpointOf = async (reader: Console, { id }: TestWorkspace, query: string) => {
    const format: AuditExportFormat = 'ndjson';
    const { text } = await reader.get(`/app/workspaces/${id}/audit-log/export?format=${format}${query}`);
    const record = parseNdjsonLine(text.trimEnd().split('\n').at(-1) ?? '');
    return record.type === 'checkpoint' ? record.checkpoint : expect.fail('no checkpoint');
  };

  it('leaves the checkpoint that it ends in with the others', async () => {
    const workspace = await aWorkspace();
    await someAuditEvents(workspace, [{}]);
    const reader = await auditorOf(workspace);
    const checkpoint = await checkpointOf(reader, workspace, '');
    expect((await listed(reader, workspace)).checkpoints).toEqual([checkpoint]);
    await sign(workspace);
    expect(await storedOf(workspace)).toHaveLength(1);
  });

  it('ends in the checkpoint that was signed of this event before, time and signature', async () => {
    const workspace = await aWorkspace();
    await someAuditEvents(workspace, [{ at: new Date(Date.now() - 60_000) }]);
    await sign(workspace);
    const reader = await auditorOf(workspace);
    const [signed] = (await listed(reader, workspace)).checkpoints;
    const to = new Date(Date.now() - 30_000).toISOString();
    for (let count = 0; count < 2; count++) expect(await checkpointOf(reader, workspace, `&to=${to}`)).toEqual(signed);
    expect(await storedOf(workspace)).toHaveLength(1);
  });
});

it('the keys are published as a JWK set, with no secret part and no envelope', async () => {
  const { status, text, headers } = await api.call('/.well-known/audit-checkpoint-keys.json');
  expect(status).toBe(200);
  expect(headers['content-type']).toContain('application/json');
  expect(JSON.parse(text)).toEqual({
    keys: [
      { kid: 'test', kty: 'OKP', crv: 'Ed25519', x: expect.stringMatching(/^[\w-]{43}$/), use: 'sig', alg: 'EdDSA' },
    ],
  });
});
