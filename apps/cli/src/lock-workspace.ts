import { parsePublicId, toPublicId } from '@calkeep/contract';
import type pg from 'pg';
import { CliError } from './cli-error.js';

export interface LockedWorkspace {
  name: string;
  plan: string;
  /** Bare UUID. */
  sandboxId: string;
}

/** @throws CliError for what is no workspace's id. */
export function workspaceUuid(workspaceId: string): string {
  const uuid = parsePublicId('workspace', workspaceId);
  if (uuid === null) throw unknownWorkspace(workspaceId);
  return uuid;
}

/**
 * A live workspace, locked against other changes to the end of the transaction, which is in it.
 * @throws CliError for one that there is not, and for a sandbox.
 */
export async function lockWorkspace(client: pg.Client, uuid: string): Promise<LockedWorkspace> {
  const { rows } = await client.query<{ name: string; plan: string; sandboxId: string | null }>(
    'select name, plan_code as plan, sandbox_id as "sandboxId" from workspaces where id = $1 for no key update',
    [uuid],
  );
  const workspaceId = toPublicId('workspace', uuid);
  const [workspace] = rows;
  if (!workspace) throw unknownWorkspace(workspaceId);
  const { sandboxId } = workspace;
  if (sandboxId === null) throw new CliError(`${workspaceId} is a sandbox. Name the workspace that it belongs to.`);
  return { ...workspace, sandboxId };
}

function unknownWorkspace(workspaceId: string): CliError {
  return new CliError(`There is no workspace ${workspaceId}.`);
}
