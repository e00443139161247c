import { unfinishedText, withoutLast, type JsonField, type Statement, type WorkspaceDatabase } from '@calkeep/database';
import type { CursorPosition } from './cursor.js';
import type { FoundRows } from './found-walk.js';
import {
  deepOffset,
  listText,
  placeField,
  placeName,
  rowSeparator,
  type FilterCondition,
  type ListShape,
  type ResourceListOptions,
} from './list-statement.js';
import type { ListFilter, ListWanted } from './lists.js';

/** About so many point reads take PostgreSQL as long. */
const listWeight = 4;

/**
 * A list under any of its filters and orders. Rows are filtered by workspace here as well as by row-level security: a wall
 * must not be the only wall, and the index needs it.
 *
 * - Without filters, or by one that finds a row at most, at the head of an order or after a cursor: an index gives the rows, a
 *   counter the total. These are few shapes; they are prepared, and pipelined with the point reads.
 * - Deep, without filters: on the ordinary pool, and prepared as well. To plan it took a fifth of the deepest page's time.
 * - With filters: on the pool, and planned anew for the values at hand, since what is best depends on how many rows there are
 *   of them. Not prepared by name, so the combinations of filters leave nothing behind on a connection.
 */
export function resourceList<Field extends string, Filter extends string>(options: ResourceListOptions<Field, Filter>) {
  const statements = new Map<string, Statement>();
  const preparedStatement = (shape: ListShape<Field, Filter>): Statement => {
    const name = nameOf(options.table, shape);
    const statement = statements.get(name) ?? { name, text: listText(options, shape), weight: listWeight };
    statements.set(name, statement);
    return statement;
  };

  return {
    async findMany(db: WorkspaceDatabase, wanted: ListWanted): Promise<FoundRows> {
      const { filter, start, limit } = wanted;
      const shape = shapeOf(options, wanted);
      const places = 'after' in start ? start.after : [start.offset];
      const values = [limit, ...places, ...shape.filters.map((name) => bound(options.filters[name], filter, name))];
      const isPrepared = shape.isHot || shape.filters.length === 0;
      const statement = isPrepared ? preparedStatement(shape) : { name: '', text: listText(options, shape) };
      const [found] = shape.isHot ? await db.read(statement, ...values) : await db.readSlowly(statement, ...values);
      return foundRows(found ?? [], { limit, fields: options.fields, place: placeField(options, shape.sortField) });
    },
  };
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
    isHot: filters.every((name) => known[name].isPoint) && !isDeep,
  };
}

function keysOf<Key extends string>(record: Record<Key, unknown>): Key[] {
  return Object.keys(record) as Key[];
}

function bound({ bind }: FilterCondition, filter: ListFilter, name: string): unknown {
  const text = filter[name] ?? '';
  return bind ? bind(text) : text;
}

function nameOf(table: string, { filters, sortField, isDescending, start, isDeep, isCounted }: ListShape): string {
  return [
    table,
    'list',
    ...filters,
    sortField,
    isDescending ? 'down' : 'up',
    isDeep ? 'deep' : start,
    ...(isCounted ? ['counted'] : []),
  ].join('_');
}

interface PageShape {
  readonly limit: number;
  readonly fields: Record<string, JsonField>;
  readonly place: { readonly name: string; readonly field: JsonField };
}

function foundRows([texts, total]: readonly unknown[], { limit, fields, place }: PageShape): FoundRows {
  const found = String(texts);
  // The row beyond the page is there if there are as many separators as rows on it.
  const pageEnd = countOf(rowSeparator, found) === limit ? found.lastIndexOf(rowSeparator) : -1;
  const page = pageEnd === -1 ? found : found.slice(0, pageEnd);
  const lastAt = page.lastIndexOf(rowSeparator);
  const lastRow = lastAt === -1 ? page : page.slice(lastAt + rowSeparator.length);
  return {
    items: place.name === placeName ? withoutPlaces(page, place) : page,
    last: pageEnd === -1 ? null : placeOf(lastRow, fields, place),
    total: total === null ? null : Number(total),
  };
}

function countOf(part: string, text: string): number {
  let count = 0;
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) count++;
  return count;
}

function withoutPlaces(page: string, { name, field }: PageShape['place']): string {
  if (page === '') return page;
  const rows = page.split(rowSeparator).map((row) => withoutLast(row, name, field));
  return rows.join(rowSeparator);
}

function placeOf(row: string, fields: PageShape['fields'], { name, field }: PageShape['place']): CursorPosition {
  const [key, id] = [unfinishedText(row, name, field), fields['id'] && unfinishedText(row, 'id', fields['id'])];
  if (key === null || !id) throw new Error('a row of a list without its place');
  const isInstant = field.mark === '' && key !== 'infinity';
  return [isInstant ? `${key}Z` : key, id];
}
