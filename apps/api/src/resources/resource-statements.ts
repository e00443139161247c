import { jsonObject, type JsonField, type Statement, type WorkspaceDatabase } from '@calkeep/database';

export interface Page {
  /** JSON text: the rows, comma-separated, without the brackets. */
  readonly items: string;
  readonly total: number;
}

/**
 * The read that every resource has, as a prepared statement. `fields` maps the contract's names to columns of the alias `r`.
 * Rows are filtered by workspace here as well as by row-level security: a wall must not be the only wall, and the index
 * needs it.
 */
export function resourceStatements({ table, fields }: { table: string; fields: Record<string, JsonField> }) {
  const byId: Statement = {
    name: `${table}_by_id`,
    text: `select ${jsonObject(fields)} from ${table} r where r.workspace_id = $1 and r.id = $2`,
  };

  return {
    /** JSON text, or `null` when this workspace has no such row. */
    findById: (db: WorkspaceDatabase, id: string): Promise<string | null> => db.readJson(byId, id),
  };
}
