import { createHash } from 'node:crypto';
import { Client } from 'pg';
import { serviceUrl } from './service-url.js';

/** What is written when a token is used, refused or not. */
const aboutUses = new Set(['audit_events', 'audit_heads', 'workspace_work']);

let tables: Promise<string[]> | undefined;

/**
 * A digest of a workspace's rows and its sandbox's in every table with a workspace, by table; `last_used` columns and
 * the audit log of uses left out.
 */
export async function rowsOf(workspace: { uuid: string; sandboxUuid: string }): Promise<Record<string, string>> {
  // Not bound to a workspace: it sees what a defect would have put elsewhere, too.
  const client = new Client({ connectionString: serviceUrl('superuserUrl') });
  await client.connect();
  try {
    tables ??= tenantTables(client);
    const digests: Record<string, string> = {};
    for (const table of await tables) {
      const { rows } = await client.query<{ row: string }>(
        `select (to_jsonb(r) - 'last_used_at' - 'last_used_ip')::text as row from ${table} r
         where workspace_id = any($1::uuid[]) order by 1`,
        [[workspace.uuid, workspace.sandboxUuid]],
      );
      digests[table] = `${rows.length} rows, ${createHash('sha256')
        .update(rows.map(({ row }) => row).join())
        .digest('hex')}`;
    }
    return digests;
  } finally {
    await client.end();
  }
}

async function tenantTables(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select table_name as name from information_schema.columns
     where table_schema = 'public' and column_name = 'workspace_id' order by 1`,
  );
  return rows.map(({ name }) => name).filter((name) => !aboutUses.has(name));
}
