import { toPublicId, type SessionData } from '@calkeep/contract';
import { Database, type Statement } from '@calkeep/database';
import { Injectable } from '@nestjs/common';

type OwnWorkspace = SessionData['workspaces'][number];

const statement: Statement = {
  name: 'own_workspace',
  text: `
    select w.name, w.plan_code, m.role
    from memberships m join workspaces w on w.id = m.workspace_id
    where m.workspace_id = $1 and m.user_id = $2`,
};

/** A person in very many workspaces must not fill every connection. */
const readsAtOnce = 32;

@Injectable()
export class OwnWorkspacesRepository {
  constructor(private readonly database: Database) {}

  /** The workspaces of a person, the oldest first. Each is read as that workspace: no look goes across. */
  async findMany(userId: string): Promise<OwnWorkspace[]> {
    // The one look-up that comes before a workspace is known.
    const rows = await this.database.global<{ workspace_id: string }>(
      'select workspace_id from user_workspaces where user_id = $1 order by workspace_id',
      [userId],
    );
    const found: (OwnWorkspace | null)[] = [];
    for (let from = 0; from < rows.length; from += readsAtOnce) {
      const some = rows.slice(from, from + readsAtOnce);
      found.push(...(await Promise.all(some.map(({ workspace_id: id }) => this.#find(id, userId)))));
    }
    return found.filter((workspace) => workspace !== null);
  }

  async #find(workspaceId: string, userId: string): Promise<OwnWorkspace | null> {
    const [row] = await this.database.forWorkspace(workspaceId).read(statement, userId);
    if (!row) return null;
    const [name, plan, role] = row as [string, OwnWorkspace['plan'], OwnWorkspace['role']];
    return { id: toPublicId('workspace', workspaceId), name, plan, role };
  }
}
