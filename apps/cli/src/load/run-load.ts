import { newUuid, scopes, toPublicId, type PlanCode } from '@calkeep/contract';
import { mintApiToken, PepperKeyring } from '@calkeep/security';
import type pg from 'pg';
import { inWorkspace } from '../in-workspace.js';
import { insertRows } from '../insert-rows.js';
import { issueToken } from '../issue-token.js';
import { withOwner } from '../with-owner.js';
import { loadContacts } from './load-contacts.js';
import type { Progress } from './progress.js';

export interface LoadRequest {
  /** The owner's. */
  databaseUrl: string;
  tokenPeppers: string;
  workspaces: number;
  /** Of each workspace. */
  contacts: number;
  plan: PlanCode;
  progress: Progress;
}

export interface LoadedWorkspace {
  id: string;
  name: string;
  plan: PlanCode;
  contacts: number;
  /** Full access; shown here and nowhere again. */
  token: string;
}

/** Adds workspaces, each with a sandbox, a token and that many contacts, and gathers the planner's statistics. */
export async function runLoad(request: LoadRequest): Promise<LoadedWorkspace[]> {
  const peppers = PepperKeyring.parse(request.tokenPeppers);
  return withOwner(request.databaseUrl, async (client) => {
    const loaded: LoadedWorkspace[] = [];
    for (let number = 1; number <= request.workspaces; number += 1) {
      const id = newUuid();
      const workspace = await createWorkspace(client, peppers, {
        id,
        name: `Load ${id.slice(-8)}`,
        plan: request.plan,
      });
      await loadContacts(client, {
        workspaceId: id,
        count: request.contacts,
        onLoaded: (rows) => request.progress.add(rows),
      });
      loaded.push({ ...workspace, contacts: request.contacts });
    }
    // Lists read deep pages from the index alone, which works on pages that were vacuumed.
    await client.query('vacuum (analyze) contacts, contact_tags');
    await client.query('analyze');
    return loaded;
  });
}

async function createWorkspace(
  client: pg.Client,
  peppers: PepperKeyring,
  { id, name, plan }: { id: string; name: string; plan: PlanCode },
): Promise<Omit<LoadedWorkspace, 'contacts'>> {
  const { secret } = mintApiToken('live');
  const sandboxId = newUuid();
  const slug = name.toLowerCase().replaceAll(' ', '-');
  await inWorkspace(client, sandboxId, () =>
    insertRows(client, 'workspaces', [
      { id: sandboxId, name: `${name} (sandbox)`, slug: `${slug}-sandbox`, plan_code: plan },
    ]),
  );
  await inWorkspace(client, id, async () => {
    await insertRows(client, 'workspaces', [{ id, name, slug, plan_code: plan, sandbox_id: sandboxId }]);
    await issueToken(client, peppers, { workspaceId: id, secret, label: 'Full access', scopes, createdBy: null });
  });
  return { id: toPublicId('workspace', id), name, plan, token: secret };
}
