import { auditVerificationData, type AuditVerificationData } from '@calkeep/contract';
import { genesisHash } from '@calkeep/security';
import { describe, expect, it } from 'vitest';
import { someAuditEvents } from '../support/audit-events.js';
import { aWorkspace, type TestWorkspace } from '../support/builders.js';
import { aMember, type Console } from '../support/console.js';
import { loadAuditEvents } from '../support/load-audit-events.js';
import { useApi, type UsedApi } from '../support/use-api.js';

const pathOf = ({ id }: TestWorkspace, part: string) => `/app/workspaces/${id}/audit-log/${part}`;

async function aLog(api: UsedApi, count: number) {
  const workspace = await aWorkspace();
  const auditor = await aMember({ role: 'auditor', workspace });
  if (count > 0) await loadAuditEvents(workspace, count);
  return { workspace, auditor, reader: await api.console().enter(auditor) };
}

async function verify(reader: Console, workspace: TestWorkspace): Promise<AuditVerificationData> {
  return auditVerificationData.parse((await reader.get(pathOf(workspace, 'verify'))).data);
}

describe('verification', () => {
  const api = useApi();

  it('of a log to which nothing was written says where it would begin', async () => {
    const { workspace, reader } = await aLog(api, 0);
    expect(await verify(reader, workspace)).toEqual({
      ...{ valid: true, entries: 0, head: genesisHash(workspace.id).toString('hex') },
      checkpoints: { checked: 0, lastSeq: null },
    });
  });

  it('says how many events there are, and the hash of the last', async () => {
    const { workspace, reader } = await aLog(api, 1_207);
    const { data } = await reader.get(`/app/workspaces/${workspace.id}/audit-log?limit=1`);
    const [{ seq, hash }] = data['auditEvents'] as [{ seq: number; hash: string }];
    expect(await verify(reader, workspace)).toMatchObject({ valid: true, entries: seq, head: hash });
    expect(seq).toBe(1_207);
  });

  it('finds nothing wrong with a log that grows meanwhile, and says nothing of a time before it was asked', async () => {
    const { workspace, reader } = await aLog(api, 2_000);
    let written = 2_000;
    const verdicts: Promise<void>[] = [];
    for (let round = 0; round < 10; round++) {
      const before = written;
      for (let count = 0; count < 3; count++)
        verdicts.push(
          verify(reader, workspace).then(({ valid, entries }) => {
            expect(valid).toBe(true);
            expect(entries).toBeGreaterThanOrEqual(before);
          }),
        );
      await someAuditEvents(workspace, [{}, {}]);
      written += 2;
    }
    await Promise.all(verdicts);
    expect(await verify(reader, workspace)).toMatchObject({ valid: true, entries: 2_020 });
  });

  it('leaves the other requests their turn, and so does an export', async () => {
    const { workspace, reader } = await aLog(api, 6_000);
    for (const part of ['verify', 'export?format=csv']) {
      let isDone = false;
      const done = reader.get(pathOf(workspace, part)).finally(() => (isDone = true));
      let others = 0;
      for (; !isDone; others++) expect((await api.call('/health/live')).status).toBe(200);
      expect((await done).status).toBe(200);
      // Were the events walked in one go, it would be one or two.
      expect(others).toBeGreaterThan(5);
    }
  });

  it('takes no parameters', async () => {
    const { workspace, reader } = await aLog(api, 0);
    expect((await reader.get(pathOf(workspace, 'verify?from=2026-01-01T00:00:00Z'))).status).toBe(400);
  });
});

describe('in a process with little memory', () => {
  /** For the million: `AUDIT_ROWS=1000000 npx vitest run test/e2e/audit-verify.spec.ts`. */
  const rows = Number(process.env['AUDIT_ROWS'] ?? 50_000);
  /** The server itself takes some 60 of them; the events, kept, would take more than the rest. */
  const heapMegabytesMax = 96;
  const api = useApi({ env: { NODE_OPTIONS: `--max-old-space-size=${heapMegabytesMax}` } });

  it(`a log of ${rows} events is verified and exported`, { timeout: 120_000 + rows }, async () => {
    const { workspace, auditor, reader } = await aLog(api, rows);
    expect(await verify(reader, workspace)).toMatchObject({ valid: true, entries: rows });
    // A million take longer than a proof of the second factor is recent.
    await reader.enter(auditor);
    const { text } = await reader.get(pathOf(workspace, 'export?format=csv'));
    expect(text.split('\r\n')).toHaveLength(1 + rows + 2 + 1);
  });
});
