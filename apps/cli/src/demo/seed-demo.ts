// Invariant: once this has returned, what demo.json says works on this database, whichever of the two was there before.

import { PasswordHasher, PepperKeyring, SealingKeyring } from '@calkeep/security';
import type pg from 'pg';
import { inWorkspace } from '../in-workspace.js';
import { withOwner } from '../with-owner.js';
import { findKeptCredentials, makeDemoCredentials } from './demo-credentials.js';
import { readDemoFile, writeDemoFile, type DemoFile } from './demo-file.js';
import { demoWorkspaces } from './demo-workspaces.js';
import { seedWorkspace } from './seed-workspace.js';
import { writeCredentials, type CredentialKeys } from './write-credentials.js';

export interface SeedDemoRequest {
  /** The owner's. */
  databaseUrl: string;
  /** Where demo.json is. */
  dataDir: string;
  baseUrl: string;
  tokenPeppers: string;
  sealingKeys: string;
}

export interface SeedDemoResult {
  demo: DemoFile;
  /** How many workspaces were filled; none from the second start on. */
  seededCount: number;
  /** Whether workspaces that were there got other credentials, because the known ones were lost. */
  isRenewed: boolean;
}

/**
 * Prepares the demo: workspaces that are missing are filled, those that are there are left alone. Credentials are those of
 * demo.json where there is one; where it was lost, or the peppers that made its tokens valid were, new ones replace them.
 */
export async function seedDemo(request: SeedDemoRequest): Promise<SeedDemoResult> {
  const keys: CredentialKeys = {
    peppers: PepperKeyring.parse(request.tokenPeppers),
    sealing: SealingKeyring.parse(request.sealingKeys),
    passwords: new PasswordHasher(),
  };
  const keptFile = await readDemoFile(request.dataDir);
  const kept = keptFile?.workspaces ?? [];
  let seededCount = 0;
  let isRenewed = false;

  const workspaces = await withOwner(request.databaseUrl, async (client) => {
    // One at a time: a second seeding finds the first one's work. The lock ends with the session.
    await client.query(`select pg_advisory_lock(hashtext('calkeep demo seed'))`);
    const results = [];
    for (const spec of demoWorkspaces) {
      const keptCredentials = findKeptCredentials(spec, kept);
      const credentials = keptCredentials ?? makeDemoCredentials(spec);
      const outcome = await inWorkspace(client, spec.id, async () => {
        if (!(await exists(client, spec.id))) {
          await seedWorkspace(client, keys, { spec, credentials, nowMs: Date.now() });
          return 'seeded';
        }
        if (keptCredentials && (await areCurrent(client, keys, credentials))) return 'current';
        await writeCredentials(client, keys, spec, credentials);
        return 'renewed';
      });
      if (outcome === 'seeded') seededCount += 1;
      if (outcome === 'renewed') isRenewed = true;
      results.push(credentials);
    }
    if (seededCount > 0) await client.query('analyze');
    return results;
  });

  const demo: DemoFile = { baseUrl: request.baseUrl, workspaces };
  if (JSON.stringify(demo) !== JSON.stringify(keptFile)) await writeDemoFile(request.dataDir, demo);
  return { demo, seededCount, isRenewed };
}

async function exists(client: pg.Client, workspaceId: string): Promise<boolean> {
  const { rowCount } = await client.query('select from workspaces where id = $1', [workspaceId]);
  return rowCount === 1;
}

/** Whether the database knows the tokens, and the second factors open: otherwise the keys are not those of last time. */
async function areCurrent(
  client: pg.Client,
  { peppers, sealing }: CredentialKeys,
  { tokens, users }: DemoFile['workspaces'][number],
): Promise<boolean> {
  const known = await client.query('select distinct token_id from api_token_hashes where token_hash = any($1)', [
    tokens.flatMap(({ token }) => peppers.candidates(token)),
  ]);
  if (known.rowCount !== tokens.length) return false;
  const factors = await client.query<{ user_id: string; key_id: string; secret_sealed: Buffer }>(
    'select user_id, key_id, secret_sealed from user_totp_factors join users on id = user_id where email = any($1)',
    [users.map(({ email }) => email)],
  );
  return factors.rows.every(({ user_id, key_id, secret_sealed }) => {
    try {
      sealing.open({ keyId: key_id, sealed: secret_sealed }, `user_totp_factors:secret:${user_id}`);
      return true;
    } catch {
      return false;
    }
  });
}
