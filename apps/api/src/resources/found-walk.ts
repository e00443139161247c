import { describePage, type WalkPagination, type WalkQuery } from '@calkeep/contract';
import { jsonText, type JsonText } from '../http/envelope.js';
import type { CursorPosition } from './cursor.js';

/** What a list found for a page, or for what comes after a cursor. */
export interface FoundRows {
  /** JSON text of each row with its place in the order; one more than the limit if there is more. */
  readonly rows: readonly { readonly item: string; readonly position: CursorPosition }[];
  /** Exact, under the filters; `null` if it was not counted. A page needs it. */
  readonly total: number | null;
}

/** `{ <name>: [...], pagination }` as JSON text. @param seal makes a cursor of a place. */
export function foundWalk(
  name: string,
  query: WalkQuery,
  { rows, total }: FoundRows,
  seal: (position: CursorPosition) => string,
): JsonText {
  const { page = 1, limit, cursor } = query;
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  const nextCursor = last ? seal(last.position) : null;
  const pagination: WalkPagination =
    cursor === undefined
      ? { ...describePage({ page, limit }, total ?? 0), nextCursor }
      : { limit, hasMore: nextCursor !== null, ...(total !== null && { total }), nextCursor };
  const items = shown.map(({ item }) => item).join(',');
  return jsonText(`{"${name}":[${items}],"pagination":${JSON.stringify(pagination)}}`);
}
