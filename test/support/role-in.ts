import { arrange, type TestWorkspace } from './builders.js';
import type { TestUser } from './console.js';

/** What the database has a person down for in a workspace; `null` for no member. */
export async function roleIn(workspace: TestWorkspace, user: TestUser): Promise<string | null> {
  const { rows } = await arrange(workspace.uuid, (client) =>
    client.query<{ role: string }>('select role from memberships where workspace_id = $1 and user_id = $2', [
      workspace.uuid,
      user.uuid,
    ]),
  );
  return rows[0]?.role ?? null;
}
