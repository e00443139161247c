import type { WalkQuery } from '@calkeep/contract';
import type { WorkspaceDatabase } from '@calkeep/database';
import { Injectable } from '@nestjs/common';
import { Cursors, type CursorPosition, type WalkedList } from './cursor.js';
import { foundWalk, type FoundList, type FoundRows } from './found-walk.js';

/** The values of the filters that were given, by name. */
export type ListFilter = Readonly<Record<string, string | undefined>>;

/** A page by its offset, or what comes after a position. */
export interface ListWanted {
  readonly filter: ListFilter;
  readonly sort: string;
  readonly limit: number;
  readonly start: { readonly offset: number } | { readonly after: CursorPosition };
  readonly isCounted: boolean;
}

/** The parameters of a list's query: what says where to read, the order, and every other one a filter. */
export type ListQuery = WalkQuery & { readonly sort: string };

/** Answers the lists of all resources alike, by page or by cursor. */
@Injectable()
export class Lists {
  constructor(private readonly cursors: Cursors) {}

  /**
   * @param find reads the list from the database that `db` is.
   * @throws AppError `invalid_request` for a cursor that this list did not give.
   */
  async answer(
    name: string,
    { workspaceId }: WorkspaceDatabase,
    query: ListQuery,
    find: (wanted: ListWanted) => Promise<FoundRows>,
  ): Promise<FoundList> {
    const { page = 1, limit, cursor, total: isTotalWanted, sort, ...filter } = query;
    const list: WalkedList = { workspaceId, name, filter, sort };
    const found = await find({
      ...{ filter, sort, limit },
      start: cursor === undefined ? { offset: (page - 1) * limit } : { after: this.cursors.open(list, cursor) },
      isCounted: cursor === undefined || isTotalWanted,
    });
    return foundWalk(name, query, found, (position) => this.cursors.seal(list, position));
  }
}
