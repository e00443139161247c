import { toPublicId } from '@calkeep/contract';
import type { AuditEntry, RunStatement } from '@calkeep/database';
import { insertSampleRows, sampleTables } from './insert-sample-rows.js';
import { makeSampleRows, sandboxCounts, type RowCounts } from './sample-rows.js';

export interface SandboxToRefill {
  /** Bare UUID of the live workspace, which the caller knows to be allowed to do this. */
  readonly workspaceId: string;
  /** Bare UUID of its twin, read in this transaction. */
  readonly sandboxId: string;
  readonly now: Date;
}

export interface SandboxRefill {
  readonly removed: RowCounts;
  readonly created: RowCounts;
}

/**
 * Empties a sandbox and puts sample data into it: what test tokens see afterwards is what a new sandbox has. In the
 * caller's transaction, which is in the live workspace before and after: all of it is done or nothing, and of two at
 * once the second waits for the first. Nothing outside of the sandbox is read or written.
 */
export async function refillSandbox(
  run: RunStatement,
  { workspaceId, sandboxId, now }: SandboxToRefill,
): Promise<SandboxRefill> {
  await enter(run, sandboxId);
  const timezone = await lock(run, sandboxId);
  const removed = await empty(run, sandboxId);
  const host = { name: 'Sam Sample', email: 'sam@sandbox.example.com' };
  const rows = await makeSampleRows({ seed: 'sandbox', nowMs: now.getTime(), timezone, host }, sandboxCounts);
  await insertSampleRows(run, sandboxId, rows);
  await enter(run, workspaceId);
  return { removed, created: sandboxCounts };
}

/** What the audit log of the live workspace is told, by whoever had it done. */
export function sandboxWasReset(
  { workspaceId, sandboxId }: SandboxToRefill,
  { removed, created }: SandboxRefill,
): Omit<AuditEntry, 'actor'> {
  return {
    action: 'SANDBOX_RESET',
    target: { type: 'workspace', id: toPublicId('workspace', workspaceId) },
    payload: { sandboxId: toPublicId('workspace', sandboxId), removed: { ...removed }, created: { ...created } },
  };
}

async function enter(run: RunStatement, workspaceId: string): Promise<void> {
  await run(`select set_config('app.workspace_id', $1::text, true)`, workspaceId);
}

async function lock(run: RunStatement, sandboxId: string): Promise<string> {
  const [sandbox] = (await run(
    'select timezone from workspaces where id = $1::text::uuid and sandbox_id is null for no key update',
    sandboxId,
  )) as { timezone: string }[];
  // Only a twin has no twin: live data cannot be reached from here by mistake.
  if (!sandbox) throw new Error(`${sandboxId} is no sandbox`);
  return sandbox.timezone;
}

async function empty(run: RunStatement, sandboxId: string): Promise<RowCounts> {
  const fromTheLast = sampleTables.toReversed();
  // In the order in which a change of one of these locks what it refers to. Locked, none gets another reference.
  for (const [, table] of fromTheLast)
    await run(
      `select count(*)::integer from (select from ${table} where workspace_id = $1::text::uuid for update) locked`,
      sandboxId,
    );
  const removed = { ...sandboxCounts };
  for (const [resource, table] of fromTheLast) removed[resource] = await removeAll(run, table, sandboxId);
  // An answer that would be repeated tells of what is no longer there.
  await removeAll(run, 'idempotency_keys', sandboxId);
  return removed;
}

async function removeAll(run: RunStatement, table: string, workspaceId: string): Promise<number> {
  const [count] = (await run(
    `with removed as (delete from ${table} where workspace_id = $1::text::uuid returning 1)
     select count(*)::integer as removed from removed`,
    workspaceId,
  )) as { removed: number }[];
  return count?.removed ?? 0;
}
