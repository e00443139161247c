import { describePage, type WalkPagination, type WalkQuery } from '@calkeep/contract';
import { jsonText, type JsonText } from '../http/envelope.js';
import type { CursorPosition } from './cursor.js';

/** What a list found for a page, or for what comes after a cursor. */
export interface FoundRows {
  /** JSON text, unfinished: the rows, comma-separated, without the brackets. */
  readonly items: string;
  /** The place of the last of them, if more come after it. */
  readonly last: CursorPosition | null;
  /** Exact, under the filters; `null` if it was not counted. A page needs it. */
  readonly total: number | null;
}

export interface FoundList {
  /** `{ <name>: [...], pagination }` */
  readonly data: JsonText;
  readonly pagination: WalkPagination;
}

/** @param seal makes a cursor of a place. */
export function foundWalk(
  name: string,
  query: WalkQuery,
  { items, last, total }: FoundRows,
  seal: (position: CursorPosition) => string,
): FoundList {
  const { page = 1, limit, cursor } = query;
  const nextCursor = last && seal(last);
  const pagination: WalkPagination =
    cursor === undefined
      ? { ...describePage({ page, limit }, total ?? 0), nextCursor }
      : { limit, hasMore: nextCursor !== null, ...(total !== null && { total }), nextCursor };
  return { data: jsonText(`{"${name}":[${items}],"pagination":${JSON.stringify(pagination)}}`), pagination };
}
