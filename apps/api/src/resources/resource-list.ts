import { limitMax } from '@calkeep/contract';
import {
  fillIds,
  instantText,
  jsonObject,
  type JsonField,
  type Statement,
  type WorkspaceDatabase,
} from '@calkeep/database';
import type { CursorPosition } from './cursor.js';
import type { FoundRows } from './found-walk.js';
import type { ListFilter, ListWanted } from './lists.js';

/** What a list is ordered by: SQL over the alias `r` that is never null, for which there is an index with the id behind it. */
export interface SortKey {
  readonly sql: string;
  readonly type: 'timestamptz' | 'text';
}

export interface FilterCondition {
  /** SQL over the alias `r` and the placeholder of the value. */
  readonly where: (value: string) => string;
  /** What is bound; without it the text of the query. */
  readonly bind?: (text: string) => unknown;
}

export interface ResourceListOptions<Field extends string, Filter extends string> {
  readonly table: string;
  /** As the contract shapes a row: its names and columns of the alias `r`. */
  readonly fields: Record<string, JsonField>;
  readonly sorts: Record<Field, SortKey>;
  readonly filters: Record<Filter, FilterCondition>;
}

/** Rows to pass over, from which on a page is looked for in the index alone and away from the point reads. */
const deepOffset = 10 * limitMax;

/**
 * A list under any of its filters and orders. Rows are filtered by workspace here as well as by row-level security: a wall
 * must not be the only wall, and the index needs it.
 *
 * - Without filters, at the head of an order or after a cursor: an index gives the rows, a counter the total. These are few
 *   shapes; they are prepared, and pipelined with the point reads.
 * - With filters, or deep: on the ordinary pool, and planned anew for the values at hand, since what is best depends on how
 *   many rows there are of them. Not prepared by name, so the combinations of filters leave nothing behind on a connection.
 */
export function resourceList<Field extends string, Filter extends string>(options: ResourceListOptions<Field, Filter>) {
  const statements = new Map<string, Statement>();
  const preparedStatement = (shape: ListShape<Field, Filter>): Statement => {
    const name = nameOf(options.table, shape);
    const statement = statements.get(name) ?? { name, text: listText(options, shape) };
    statements.set(name, statement);
    return statement;
  };

  return {
    async findMany(db: WorkspaceDatabase, wanted: ListWanted): Promise<FoundRows> {
      const { filter, start, limit } = wanted;
      const shape = shapeOf(options, wanted);
      const places = 'after' in start ? start.after : [start.offset];
      const values = [limit, ...places, ...shape.filters.map((name) => bound(options.filters[name], filter, name))];
      const [found] = shape.isHot
        ? await db.read(preparedStatement(shape), ...values)
        : await db.readSlowly({ name: '', text: listText(options, shape) }, ...values);
      return foundRows(found ?? []);
    },
  };
}

/** What the text of a statement depends on: of names in our own lists, and never of a value. */
interface ListShape<Field extends string = string, Filter extends string = string> {
  readonly filters: readonly Filter[];
  readonly sortField: Field;
  readonly isDescending: boolean;
  readonly start: 'offset' | 'after';
  readonly isDeep: boolean;
  readonly isCounted: boolean;
  readonly isHot: boolean;
}

function shapeOf<Field extends string, Filter extends string>(
  { filters: known, sorts }: ResourceListOptions<Field, Filter>,
  { filter, sort, start, isCounted }: ListWanted,
): ListShape<Field, Filter> {
  const filters = keysOf(known).filter((name) => filter[name] !== undefined);
  const sortField = keysOf(sorts).find((field) => field === sort.replace('-', ''));
  if (sortField === undefined) throw new Error(`no list is ordered by ${sort}`);
  const isDeep = 'offset' in start && start.offset >= deepOffset;
  return {
    ...{ filters, sortField, isDeep, isCounted },
    isDescending: sort.startsWith('-'),
    start: 'after' in start ? 'after' : 'offset',
    isHot: filters.length === 0 && !isDeep,
  };
}

function keysOf<Key extends string>(record: Record<Key, unknown>): Key[] {
  return Object.keys(record) as Key[];
}

function bound({ bind }: FilterCondition, filter: ListFilter, name: string): unknown {
  const text = filter[name] ?? '';
  return bind ? bind(text) : text;
}

function nameOf(table: string, { sortField, isDescending, start, isCounted }: ListShape): string {
  return [table, 'list', sortField, isDescending ? 'down' : 'up', start, ...(isCounted ? ['counted'] : [])].join('_');
}

/**
 * One row: the page as JSON text, the total, how many rows there are up to one more than the limit, and the place of the last.
 * `$1` is the workspace, `$2` the limit; then the offset or the place of the cursor; then the filters' values.
 */
function listText<Field extends string, Filter extends string>(
  options: ResourceListOptions<Field, Filter>,
  shape: ListShape<Field, Filter>,
): string {
  const { table, fields, sorts, filters } = options;
  const { isDescending, start, isDeep, isCounted, isHot } = shape;
  const { sql: key, type } = sorts[shape.sortField];
  const [direction, isPast] = isDescending ? ['desc', '<'] : ['asc', '>'];
  const order = `r.sort_key ${direction}, r.id ${direction}`;
  const place = start === 'after' ? ['$3', '$4'] : ['$3'];
  const conditions = shape.filters.map((name, index) => filters[name].where(`$${3 + place.length + index}`));
  const matching = ['r.workspace_id = $1', ...conditions];
  const past = start === 'after' ? [`(${key}, r.id) ${isPast} ($3::${type}, $4::uuid)`] : [];
  const limits = start === 'after' ? 'limit $2::bigint + 1' : 'limit $2::bigint + 1 offset $3::bigint';
  const columns = isDeep ? 'r.id' : 'r.*';
  // A plan that is made once knows no limit and would reckon with a tenth of the table. This one is never reached.
  const bound = isHot ? `limit ${start === 'after' ? limitMax + 1 : deepOffset + limitMax + 1}` : '';
  const inOrder = `select ${columns}, ${key} as sort_key from ${table} r
      where ${[...matching, ...past].join(' and ')}
      order by ${key} ${direction}, r.id ${direction} ${bound}`;
  const cut = isHot ? `select * from (${inOrder}) r order by ${order} ${limits}` : `${inOrder} ${limits}`;
  // Deep in, the rows before the page are passed over in the index; only the page's own are fetched.
  const rows = isDeep
    ? `select r.*, place.sort_key from (${cut}) place join ${table} r on r.workspace_id = $1 and r.id = place.id`
    : cut;
  const total = !isCounted ? 'null' : conditions.length === 0 ? counterOf(table) : countOf(table, matching);
  const keyText = type === 'text' ? 'r.sort_key' : `coalesce(${instantText('r.sort_key')}, r.sort_key::text)`;
  return `
    select coalesce(string_agg(${jsonObject(fields)}, ',' order by ${order}) filter (where r.n <= $2::bigint), ''),
           (${total}), count(*) > $2::bigint,
           max(${keyText}) filter (where r.n = $2::bigint), max(r.id::text) filter (where r.n = $2::bigint)
    from (select r.*, row_number() over (order by ${order}) as n from (${rows}) r) r`;
}

/** Exact at any size: the counters are kept in the transaction of each write. */
function counterOf(table: string): string {
  return `select coalesce(sum(total), 0)::text from resource_counters where workspace_id = $1 and resource = '${table}'`;
}

function countOf(table: string, matching: readonly string[]): string {
  return `select count(*)::text from ${table} r where ${matching.join(' and ')}`;
}

function foundRows([items, total, hasMore, key, id]: readonly unknown[]): FoundRows {
  const last: CursorPosition | null = hasMore === true ? [String(key), String(id)] : null;
  return { items: fillIds(String(items)), last, total: total === null ? null : Number(total) };
}
