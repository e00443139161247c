import { limitMax } from '@calkeep/contract';
import { instant, json, jsonOfRows, type JsonField } from '@calkeep/database';

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

/** Between two rows, for callers as well. JSON as PostgreSQL writes it has no line breaks: those in strings are escaped. */
export const rowSeparator = ',\n';

/** The member of a row's JSON that holds its place in an order that no field of it tells. */
export const placeName = 'place';

/**
 * The field in which a row's JSON tells its place in the order, after that of its id.
 * @returns its name: one of the row's own, or `placeName`, which is to be taken out.
 */
export function placeField<Field extends string>(
  { fields, sorts }: Pick<ResourceListOptions<Field, string>, 'fields' | 'sorts'>,
  sortField: Field,
): { readonly name: string; readonly field: JsonField } {
  const { sql: key, type } = sorts[sortField];
  const field = type === 'text' ? json(key) : instant(key);
  const own = Object.entries(fields).find(([, { value, mark }]) => value === field.value && mark === field.mark);
  return own ? { name: own[0], field: own[1] } : { name: placeName, field };
}

/**
 * One row: the page as JSON texts with one row beyond it if there is one, and the total. What else there is to know of the page is
 * read from its last row: to count rows and to pick the last one's place in SQL took a sixth of the time of a list.
 * `$1` is the workspace, `$2` the limit; then the offset or the place of the cursor; then the filters' values.
 */
export function listText<Field extends string, Filter extends string>(
  options: ResourceListOptions<Field, Filter>,
  shape: ListShape<Field, Filter>,
): string {
  const { table, sorts, filters } = options;
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
    ? `select r.*, place.sort_key from (${cut}) place join ${table} r on r.workspace_id = $1 and r.id = place.id
       order by place.sort_key ${direction}, place.id ${direction}`
    : cut;
  const total = isCounted ? totalOf(options, shape, matching, valuesFrom) : 'null';
  const place = placeField(options, shape.sortField);
  // Rows are gathered in the order of the subquery, since nothing is joined to it (PostgreSQL 18, 9.21).
  const { text, from } = jsonOfRows({ ...options.fields, [place.name]: place.field }, rows);
  return `select coalesce(string_agg(${text}, '${rowSeparator}'), ''), (${total}) from ${from}`;
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
