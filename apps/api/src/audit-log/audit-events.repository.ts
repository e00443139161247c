import type { AuditLogQuery, AuditSort } from '@calkeep/contract';
import {
  finishJson,
  id,
  instant,
  instantText,
  json,
  jsonObject,
  type JsonField,
  type Statement,
  type WorkspaceDatabase,
} from '@calkeep/database';
import { Injectable } from '@nestjs/common';
import type { CursorPosition } from '../resources/cursor.js';
import type { FoundRows } from '../resources/found-walk.js';

const filters = {
  action: (value: string) => `r.action = ${value}`,
  actorId: (value: string) => `r.actor_id = ${value}`,
  targetId: (value: string) => `r.target_id = ${value}`,
  from: (value: string) => `r.created_at >= ${value}::timestamptz`,
  to: (value: string) => `r.created_at < ${value}::timestamptz`,
};
const filterNames = Object.keys(filters) as (keyof typeof filters)[];

/** What may be asked of the list; times in UTC with milliseconds. */
export type AuditFilter = Pick<AuditLogQuery, keyof typeof filters>;

/** A page by its offset, or what comes after a position. */
export interface AuditEventsWanted {
  readonly filter: AuditFilter;
  readonly sort: AuditSort;
  readonly limit: number;
  readonly start: { readonly offset: number } | { readonly after: CursorPosition };
  readonly isCounted: boolean;
}

const row = jsonObject({
  id: id('auditEvent', 'r.id'),
  seq: json('r.seq'),
  action: json('r.action'),
  actor: object({ type: json('r.actor_type'), id: json('r.actor_id'), name: json('r.actor_name') }),
  target: object({ type: json('r.target_type'), id: json('r.target_id') }),
  createdAt: instant('r.created_at'),
  ip: json('r.ip'),
  userAgent: json('r.user_agent'),
  requestId: json('r.request_id'),
  clientRequestId: json('r.client_request_id'),
  payload: json('r.payload'),
  prevHash: json(`encode(r.prev_hash, 'hex')`),
  hash: json(`encode(r.hash, 'hex')`),
});

/** What the plan lets the workspace read. What is older is still there, and counts when the chain is verified. */
export const isRetained = `r.created_at >= (
  select now() - make_interval(days => p.audit_retention_days)
  from workspaces w join plans p on p.code = w.plan_code where w.id = $1)`;

/** `seq` makes every order a total one. */
const sorts = {
  seq: { columns: ['seq'], direction: 'asc', isPast: '>' },
  '-seq': { columns: ['seq'], direction: 'desc', isPast: '<' },
  createdAt: { columns: ['created_at', 'seq'], direction: 'asc', isPast: '>' },
  '-createdAt': { columns: ['created_at', 'seq'], direction: 'desc', isPast: '<' },
} as const satisfies Record<AuditSort, object>;

type SortColumn = (typeof sorts)[AuditSort]['columns'][number];

const columnTypes = { seq: 'bigint', created_at: 'timestamptz' } as const satisfies Record<SortColumn, string>;

@Injectable()
export class AuditEventsRepository {
  /** Away from the point reads: a filter may be one that no index serves. */
  async findMany(db: WorkspaceDatabase, wanted: AuditEventsWanted): Promise<FoundRows> {
    const { statement, values } = listStatement(wanted);
    const found = await db.readSlowly(statement, ...values);
    const [total] = found[0] ?? [];
    // A page past the end is one row that holds the total alone.
    const rows = found.filter(([, item]) => typeof item === 'string');
    const shown = rows.slice(0, wanted.limit);
    const [, , seq, createdAt] = (rows.length > wanted.limit ? shown.at(-1) : undefined) ?? [];
    return {
      items: finishJson(shown.map(([, item]) => String(item)).join(',')),
      last: seq === undefined ? null : positionOf(wanted.sort, Number(seq), String(createdAt)),
      total: total === null ? null : Number(total),
    };
  }
}

function positionOf(sort: AuditSort, seq: number, createdAt: string): CursorPosition {
  const key: Record<SortColumn, string | number> = { seq, created_at: createdAt };
  return sorts[sort].columns.map((column) => key[column]);
}

/** The keys of the page are found first, in an index where one has them all, and only then the page's own rows. */
function listStatement({ filter, sort, limit, start, isCounted }: AuditEventsWanted) {
  const values: unknown[] = [];
  const bind = (value: unknown) => `$${values.push(value) + 1}`;
  const given = filterNames.filter((name) => filter[name] !== undefined);
  const where = ['r.workspace_id = $1', isRetained, ...given.map((name) => filters[name](bind(filter[name])))];
  const past = 'after' in start ? [isAfter(sort, start.after.map(bind))] : [];
  const limits = `limit ${bind(limit + 1)}` + ('offset' in start ? ` offset ${bind(start.offset)}` : '');
  const total = isCounted
    ? `select count(*) as total from audit_events r where ${where.join(' and ')}`
    : 'select null::bigint as total';
  const text = `
    select counted.total, page.item, page.seq, page.at
    from (${total}) counted
    left join (
      select r.seq, r.created_at, ${row} as item, ${instantText('r.created_at')} as at
      from (select r.seq, r.created_at from audit_events r where ${[...where, ...past].join(' and ')}
            order by ${orderOf(sort, 'r')} ${limits}) key
      join audit_events r on r.workspace_id = $1 and r.seq = key.seq
    ) page on true
    order by ${orderOf(sort, 'page')}`;
  const shape = [given.map((name) => filterNames.indexOf(name)).join(''), sort, ...Object.keys(start), isCounted];
  const statement: Statement = { name: `audit_events_${shape.join('_')}`, text };
  return { statement, values };
}

function isAfter(sort: AuditSort, places: readonly string[]): string {
  const { columns, isPast } = sorts[sort];
  const key = columns.map((column, index) => `${places[index]}::${columnTypes[column]}`);
  return `(${columns.map((column) => `r.${column}`).join(', ')}) ${isPast} (${key.join(', ')})`;
}

function orderOf(sort: AuditSort, alias: string): string {
  const { columns, direction } = sorts[sort];
  return columns.map((column) => `${alias}.${column} ${direction}`).join(', ');
}

function object(fields: Record<string, JsonField>): JsonField {
  return { sql: jsonObject(fields) };
}
