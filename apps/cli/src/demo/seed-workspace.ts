import { insertSampleRows, makeSampleRows, sandboxCounts, type RowCounts } from '@calkeep/sample-data';
import type pg from 'pg';
import { enterWorkspace } from '../in-workspace.js';
import { insertRows } from '../insert-rows.js';
import { statements } from '../statements.js';
import type { DemoWorkspace } from './demo-file.js';
import { emailOf, type DemoWorkspaceSpec } from './demo-workspaces.js';
import { unlimitedPerMinute, writeCredentials, type CredentialKeys } from './write-credentials.js';

export interface WorkspaceSeed {
  spec: DemoWorkspaceSpec;
  credentials: DemoWorkspace;
  nowMs: number;
}

/**
 * Puts a demo workspace and its sandbox into a database that has neither, within the caller's transaction, whose context is
 * the workspace afterwards.
 */
export async function seedWorkspace(client: pg.Client, keys: CredentialKeys, seed: WorkspaceSeed): Promise<void> {
  const { spec, credentials, nowMs } = seed;
  await enterWorkspace(client, spec.sandboxId);
  await insertWorkspace(client, spec, { id: spec.sandboxId, suffix: ' (sandbox)', sandboxId: null });
  await insertResources(client, spec, { mode: 'sandbox', counts: sandboxCounts, nowMs });
  await enterWorkspace(client, spec.id);
  await insertWorkspace(client, spec, { id: spec.id, suffix: '', sandboxId: spec.sandboxId });
  await writeCredentials(client, keys, spec, credentials);
  await insertResources(client, spec, { mode: 'live', counts: spec.counts, nowMs });
}

async function insertWorkspace(
  client: pg.Client,
  spec: DemoWorkspaceSpec,
  { id, suffix, sandboxId }: { id: string; suffix: string; sandboxId: string | null },
): Promise<void> {
  const row = {
    id,
    name: `${spec.name}${suffix}`,
    slug: sandboxId === null ? `${spec.slug}-sandbox` : spec.slug,
    plan_code: spec.plan,
    timezone: spec.timezone,
    sandbox_id: sandboxId,
    requests_per_minute: spec.isForBenchmarks ? unlimitedPerMinute : null,
    created_at: spec.createdAt,
    updated_at: spec.createdAt,
  };
  await insertRows(client, 'workspaces', [row]);
}

async function insertResources(
  client: pg.Client,
  spec: DemoWorkspaceSpec,
  { mode, counts, nowMs }: { mode: 'live' | 'sandbox'; counts: RowCounts; nowMs: number },
): Promise<void> {
  const host = { name: spec.users[0]?.name ?? spec.name, email: emailOf(spec, 'owner') };
  const { timezone } = spec;
  const rows = await makeSampleRows({ seed: `${spec.slug} ${mode}`, nowMs, timezone, host }, counts);
  await insertSampleRows(statements(client), mode === 'live' ? spec.id : spec.sandboxId, rows);
}
