import { limitMax, type PageQuery } from '@calkeep/contract';
import { fillIds, jsonObject, type JsonField, type Statement, type WorkspaceDatabase } from '@calkeep/database';

export interface Page {
  /** JSON text: the rows, comma-separated, without the brackets. */
  readonly items: string;
  readonly total: number;
}

/** Rows to pass over, from which on a page is looked for in the index alone and away from the point reads. */
const deepOffset = 10 * limitMax;

/**
 * The two reads that every resource has, as prepared statements. `fields` maps the contract's names to
 * columns of the alias `r`. Rows are filtered by workspace here as well as by row-level security: a wall
 * must not be the only wall, and the index needs it.
 */
export function resourceStatements({ table, fields }: { table: string; fields: Record<string, JsonField> }) {
  const row = jsonObject(fields);
  const byId: Statement = {
    name: `${table}_by_id`,
    text: `select ${row} from ${table} r where r.workspace_id = $1 and r.id = $2`,
  };
  const page = pageStatement(`${table}_page`, {
    total: totalOf(table),
    row,
    source: `(select * from ${table} where workspace_id = $1 order by created_at desc, id desc limit $2 offset $3) r`,
  });
  // An index-only scan passes over the rows before the page; only the page's own are fetched.
  const deepPage = pageStatement(`${table}_deep_page`, {
    total: totalOf(table),
    row,
    source: `(select id, created_at from ${table} where workspace_id = $1 order by created_at desc, id desc limit $2 offset $3) p
      join ${table} r on r.workspace_id = $1 and r.id = p.id`,
  });

  return {
    /** JSON text, or `null` when this workspace has no such row. */
    findById: (db: WorkspaceDatabase, id: string): Promise<string | null> => db.readJson(byId, id),

    /** Newest first, always in the same order. A page past the end has no items and the true total. */
    async findMany(db: WorkspaceDatabase, { page: number, limit }: PageQuery): Promise<Page> {
      const offset = (number - 1) * limit;
      const isDeep = offset >= deepOffset;
      const [found] = isDeep ? await db.readSlowly(deepPage, limit, offset) : await db.read(page, limit, offset);
      return { items: fillIds(String(found?.[0])), total: Number(found?.[1]) };
    },
  };
}

function pageStatement(
  name: string,
  { row, total, source }: { row: string; total: string; source: string },
): Statement {
  return {
    name,
    text: `select coalesce(string_agg(${row}, ',' order by r.created_at desc, r.id desc), ''), (${total}) from ${source}`,
  };
}

/** Exact at any size: the counters are kept in the transaction of each write. */
function totalOf(table: string): string {
  return `select coalesce(sum(total), 0)::text from resource_counters where workspace_id = $1 and resource = '${table}'`;
}
