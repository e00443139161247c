import { refillSandbox, sandboxWasReset, type SandboxRefill } from '@calkeep/sample-data';
import type pg from 'pg';
import { inWorkspace } from '../in-workspace.js';
import { lockWorkspace, workspaceUuid } from '../lock-workspace.js';
import { statements } from '../statements.js';
import { tellAuditLog } from '../tell-audit-log.js';

export interface SandboxReset extends SandboxRefill {
  name: string;
}

/**
 * Empties a workspace's sandbox, refills it and tells the workspace's audit log, all of it or nothing.
 * @throws CliError for a workspace that there is not.
 */
export function resetSandbox(client: pg.Client, workspaceId: string): Promise<SandboxReset> {
  const uuid = workspaceUuid(workspaceId);
  return inWorkspace(client, uuid, async () => {
    const { name, sandboxId } = await lockWorkspace(client, uuid);
    const sandbox = { workspaceId: uuid, sandboxId, now: new Date() };
    const refill = await refillSandbox(statements(client), sandbox);
    await tellAuditLog(client, uuid, sandboxWasReset(sandbox, refill));
    return { name, ...refill };
  });
}
