import { appendAudit, type AuditEntry } from '@calkeep/database';
import type pg from 'pg';
import { statements } from './statements.js';

const operator = {
  type: 'operator',
  id: null,
  name: null,
  ip: null,
  userAgent: null,
  requestId: null,
  clientRequestId: null,
} as const;

/** What the operator did, in the transaction that does it and in the context of the workspace. @param workspaceId bare UUID. */
export async function tellAuditLog(
  client: pg.Client,
  workspaceId: string,
  entry: Omit<AuditEntry, 'actor'>,
): Promise<void> {
  const now = new Date();
  // At once: how long the API may take with a checkpoint is its own setting, and not known here.
  await appendAudit(statements(client), {
    workspaceId,
    entries: [{ ...entry, actor: operator }],
    now,
    checkpointDueAt: now,
  });
}
