import { limitMax } from '@calkeep/contract';
import { instantText, jsonOfRows, type JsonField } from '@calkeep/database';

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
  /** Finds a row or none through an index, whatever the value: as quick as a read by id, and made with those. */
  readonly isPoint?: boolean;
  /** The exact total under this filter alone, where there is a quicker way to it. */
  readonly countAlone?: (value: string) => string;
}

export interface ResourceListOptions<Field extends string, Filter extends string> {
  readonly table: string;
  /** As the contract shapes a row: its names and columns of the alias `r`. */
  readonly fields: Record<string, JsonField>;
  readonly sorts: Record<Field, SortKey>;
  readonly filters: Record<Filter, FilterCondition>;
}

/** What the text of a statement depends on: of names in our own lists, and never of a value. */
export interface ListShape<Field extends string = string, Filter extends string = string> {
  readonly filters: readonly Filter[];
  readonly sortField: Field;
  readonly isDescending: boolean;
  readonly start: 'offset' | 'after';
  readonly isDeep: boolean;
  readonly isCounted: boolean;
  readonly isHot: boolean;
}

/** Rows to pass over, from which on a page is looked for in the index alone and away from the point reads. */
export const deepOffset = 10 * limitMax;

/** Between two rows. JSON as PostgreSQL writes it has no line breaks: those in strings are escaped. */
export const rowSeparator = '\n';

/**
 * One row: the page as JSON texts with one row beyond it if there is one, the total, whether there is one, and the place of the
 * page's last row. Numbering the rows to leave that one out here took an eighth of the time of a list.
 * `$1` is the workspace, `$2` the limit; then the offset or the place of the cursor; then the filters' values.
 */
export function listText<Field extends string, Filter extends string>(
  options: ResourceListOptions<Field, Filter>,
  shape: ListShape<Field, Filter>,
): string {
  const { table, fields, sorts, filters } = options;
  const { isDescending, start, isDeep, isCounted, isHot } = shape;
  const { sql: key, type } = sorts[shape.sortField];
  const [direction, isPast] = isDescending ? ['desc', '<'] : ['asc', '>'];
  const order = `r.sort_key ${direction}, r.id ${direction}`;
  const valuesFrom = start === 'after' ? 5 : 4;
  const conditions = shape.filters.map((name, index) => filters[name].where(`$${valuesFrom + index}`));
  const matching = ['r.workspace_id = $1', ...conditions];
  const past = start === 'after' ? [`(${key}, r.id) ${isPast} ($3::${type}, $4::uuid)`] : [];
  const limits = start === 'after' ? 'limit $2::bigint + 1' : 'limit $2::bigint + 1 offset $3::bigint';
  const columns = isDeep ? 'r.id' : 'r.*';
  // A plan that is made once knows no limit and would reckon with a tenth of the table. This one is never reached.
  const bound = isHot ? `limit ${start === 'after' ? limitMax + 1 : deepOffset + limitMax + 1}` : '';
  const inOrder = `select ${columns}, ${key} as sort_key from ${table} r
      where ${[...matching, ...past].join(' and ')}
      order by ${key} ${direction}, r.id ${direction} ${bound}`;
  const fromNearerEnd = isDeep && shape.filters.length === 0;
  const cut = fromNearerEnd
    ? nearerEnd(table, key, isDescending)
    : isHot
      ? `select * from (${inOrder}) r order by ${order} ${limits}`
      : `${inOrder} ${limits}`;
  // Deep in, the rows before the page are passed over in the index; only the page's own are fetched.
  const rows = isDeep
    ? `select r.*, place.sort_key from (${cut}) place join ${table} r on r.workspace_id = $1 and r.id = place.id`
    : cut;
  const total = isCounted ? totalOf(options, shape, matching, valuesFrom) : 'null';
  const inPlace = (column: string) => `(array_agg(${column} order by ${order}))[$2::bigint]`;
  const keyText = type === 'text' ? inPlace('r.sort_key') : timeText(inPlace('r.sort_key'));
  const row = jsonOfRows(fields);
  return `
    select coalesce(string_agg(${row.text}, '${rowSeparator}' order by ${order}), ''), (${total}),
           count(*) > $2::bigint, ${keyText}, ${inPlace('r.id')}::text
    from (${rows}) r ${row.join}`;
}

/** Of an order's key; the text of what is no such time, such as `infinity`. */
function timeText(key: string): string {
  return `coalesce(${instantText(key)}, ${key}::text)`;
}

/**
 * The keys of a deep page, looked for from whichever end of the list is nearer: the total says how far it is from the other,
 * and is of the same snapshot. PostgreSQL runs only the half whose condition holds.
 */
function nearerEnd(table: string, key: string, isDescending: boolean): string {
  const total = `(${counterOf(table)})::bigint`;
  const half = (condition: string, direction: string, limits: string) =>
    `(select r.id, ${key} as sort_key from ${table} r where r.workspace_id = $1 and ${condition}
      order by ${key} ${direction}, r.id ${direction} ${limits})`;
  const [there, back] = isDescending ? ['desc', 'asc'] : ['asc', 'desc'];
  // The planner cannot know how far the second half goes; without the bound it would reckon with a tenth of the table.
  return `select * from (${half(`$3::bigint <= ${total} / 2`, there, 'limit $2::bigint + 1 offset $3::bigint')}
    union all ${half(
      `$3::bigint > ${total} / 2`,
      back,
      `limit greatest(0, least($2::bigint + 1, ${total} - $3::bigint))
       offset greatest(0, ${total} - $3::bigint - $2::bigint - 1)`,
    )}) nearer limit ${limitMax + 1}`;
}

/** Exact at any size: the counters are kept in the transaction of each write. */
function counterOf(table: string): string {
  return `select coalesce(sum(total), 0)::text from resource_counters where workspace_id = $1 and resource = '${table}'`;
}

/** Exact as well: filters have their indexes. */
function totalOf<Field extends string, Filter extends string>(
  { table, filters }: ResourceListOptions<Field, Filter>,
  shape: ListShape<Field, Filter>,
  matching: readonly string[],
  valuesFrom: number,
): string {
  const [first, ...others] = shape.filters;
  if (first === undefined) return counterOf(table);
  const { countAlone } = filters[first];
  if (countAlone && others.length === 0) return countAlone(`$${valuesFrom}`);
  return `select count(*)::text from ${table} r where ${matching.join(' and ')}`;
}
