import { Pool } from 'pg';

/** What is written beside the work: kept answers of refusals, uses of tokens, and when to look after them. */
const besideTheWork = [
  'idempotency_keys',
  'workspace_work',
  'audit_events',
  'audit_heads',
  'audit_checkpoints',
  'api_token_usage',
  'api_token_usage_batches',
];

/** Notices every row that changes in a workspace of a database that a test has for itself. */
export class ChangeWatch {
  private constructor(private readonly pool: Pool) {}

  /** Not bound to a workspace: it watches all of them. */
  static async open(superuserUrl: string): Promise<ChangeWatch> {
    const pool = new Pool({ connectionString: superuserUrl, max: 4 });
    // A connection that ends while it is idle is replaced.
    pool.on('error', () => undefined);
    await pool.query(`
      create schema fuzz;
      create table fuzz.changes (id bigserial primary key, workspace_id uuid, tag text);
      create index on fuzz.changes (workspace_id, id);
      create function fuzz.note() returns trigger language plpgsql security definer set search_path = fuzz as $$
      begin
        if tg_op = 'UPDATE' and to_jsonb(old) - '{last_used_at,last_used_ip,updated_at}'::text[]
          = to_jsonb(new) - '{last_used_at,last_used_ip,updated_at}'::text[] then return null; end if;
        insert into fuzz.changes (workspace_id, tag)
        values ((coalesce(to_jsonb(new), to_jsonb(old)) ->> 'workspace_id')::uuid, tg_op || ' ' || tg_table_name);
        return null;
      end $$`);
    const { rows } = await pool.query<{ name: string }>(
      `select table_name as name from information_schema.columns join information_schema.tables using (table_schema, table_name)
       where table_schema = 'public' and column_name = 'workspace_id' and table_type = 'BASE TABLE'
         and table_name <> all($1)`,
      [besideTheWork],
    );
    for (const { name } of rows)
      await pool.query(
        `create trigger fuzz after insert or update or delete on ${name} for each row execute function fuzz.note()`,
      );
    return new ChangeWatch(pool);
  }

  /** The last change in any of these workspaces, 0 for none. */
  async last(workspaceIds: readonly string[]): Promise<number> {
    const { rows } = await this.pool.query<{ last: string | null }>({
      name: 'last',
      text: 'select max(id) as last from fuzz.changes where workspace_id = any($1::uuid[])',
      values: [workspaceIds],
    });
    return Number(rows[0]?.last ?? 0);
  }

  /** What changed since, in words. */
  async since(workspaceIds: readonly string[], last: number): Promise<string[]> {
    const { rows } = await this.pool.query<{ tag: string }>(
      'select tag from fuzz.changes where workspace_id = any($1::uuid[]) and id > $2',
      [workspaceIds, last],
    );
    return rows.map(({ tag }) => tag);
  }

  close(): Promise<void> {
    return this.pool.end();
  }
}
