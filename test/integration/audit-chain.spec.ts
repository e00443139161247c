import { afterAll, beforeAll, expect, it } from 'vitest';
import { AuditChainRepository } from '../../apps/api/src/audit-log/audit-chain.repository.js';
import { AuditExportService } from '../../apps/api/src/audit-log/audit-export.service.js';
import { openApplication, type TestApplication } from '../support/api-application.js';
import { aWorkspace, type TestWorkspace } from '../support/builders.js';
import { loadAuditEvents } from '../support/load-audit-events.js';
import { aWorkspaceCaller } from '../support/workspace-caller.js';

const length = 1_207;
/** Half a thousand at a time, whatever the log's length: memory stays flat, and other requests get their turn. */
const inBatches = [500, 500, 207];

let application: TestApplication;
let workspace: TestWorkspace;
beforeAll(async () => {
  application = await openApplication();
  workspace = await aWorkspace();
  await loadAuditEvents(workspace, length);
});
afterAll(() => application.close());

it('is read in batches, each event once and in order', async () => {
  const db = application.database.forWorkspace(workspace.uuid);
  const batches: number[][] = [];
  for await (const batch of application.app.get(AuditChainRepository, { strict: false }).walk(db, { last: length }))
    batches.push(batch.map(({ event }) => event.seq));
  expect(batches.map((seqs) => seqs.length)).toEqual(inBatches);
  expect(batches.flat()).toEqual(Array.from({ length }, (_, index) => index + 1));
});

it('leaves as an export batch by batch, and not all at its end', async () => {
  const member = await aWorkspaceCaller(workspace);
  const service = application.app.get(AuditExportService, { strict: false });
  const lines: number[] = [];
  for await (const text of await service.open(member, { format: 'ndjson' })) lines.push(text.split('\n').length - 1);
  // With its own entry in the last batch, and the checkpoint by itself.
  expect(lines).toEqual([500, 500, 208, 1]);
});
