import type pg from 'pg';
import { CliError } from '../cli-error.js';
import { enterWorkspace, inWorkspace } from '../in-workspace.js';
import { lockWorkspace, workspaceUuid } from '../lock-workspace.js';
import { tellAuditLog } from '../tell-audit-log.js';

export interface PlanChange {
  /** Public id. */
  workspaceId: string;
  name: string;
  /** The same as `to` when nothing was changed. */
  from: string;
  to: string;
  /** Of tokens that are neither revoked nor over, for which processes may still go by the old plan. */
  livingTokenCount: number;
}

/**
 * Puts a workspace and its sandbox on a plan and tells the audit log, all of it or nothing. The plan that it has
 * already is no change. @throws CliError for a workspace or a plan that there is not.
 */
export async function setPlan(client: pg.Client, workspaceId: string, to: string): Promise<PlanChange> {
  const uuid = workspaceUuid(workspaceId);
  const change = await inWorkspace(client, uuid, async () => {
    const { name, plan: from, sandboxId } = await lockWorkspace(client, uuid);
    await requirePlan(client, to);
    if (from !== to) {
      await update(client, { uuid, sandboxId, plan: to });
      await tellAuditLog(client, uuid, {
        action: 'PLAN_CHANGED',
        target: { type: 'workspace', id: workspaceId },
        payload: { from, to },
      });
    }
    return { workspaceId, name, from, to };
  });
  // After the commit: a token that is issued from then on has only ever had the new plan.
  const livingTokenCount = await inWorkspace(client, uuid, () => countLivingTokens(client, uuid));
  return { ...change, livingTokenCount };
}

async function requirePlan(client: pg.Client, code: string): Promise<void> {
  const { rows } = await client.query<{ code: string }>('select code from plans order by rank');
  const codes = rows.map((plan) => plan.code);
  if (!codes.includes(code)) throw new CliError(`There is no plan ${code}. There are: ${codes.join(', ')}.`);
}

/** The workspace before its sandbox, as everybody locks them, and back into the workspace. */
async function update(
  client: pg.Client,
  { uuid, sandboxId, plan }: { uuid: string; sandboxId: string; plan: string },
): Promise<void> {
  for (const id of [uuid, sandboxId]) {
    await enterWorkspace(client, id);
    await client.query('update workspaces set plan_code = $2, updated_at = now() where id = $1', [id, plan]);
  }
  await enterWorkspace(client, uuid);
}

async function countLivingTokens(client: pg.Client, uuid: string): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `select count(*)::integer as count from api_tokens
     where workspace_id = $1 and revoked_at is null
       and (expires_at is null or expires_at > now()) and (retires_at is null or retires_at > now())`,
    [uuid],
  );
  return rows[0]?.count ?? 0;
}
