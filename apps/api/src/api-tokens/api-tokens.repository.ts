import type { ApiTokensQuery, OrphansQuery } from '@calkeep/contract';
import { finishJson, type HeldTransaction, type WorkspaceDatabase } from '@calkeep/database';
import { Injectable } from '@nestjs/common';
import { inetOf } from '../http/caller-address.js';
import { deadToken, type TokenStanding } from '../admission/token-standing.js';
import type { Page } from '../resources/resource-statements.js';
import { standingStatement } from './standing-statement.js';
import {
  byIdStatement,
  descriptionStatement,
  lastUseStatement,
  orphansStatement,
  pageStatement,
  usedTokensStatement,
} from './token-statements.js';

export interface UsedToken {
  readonly label: string;
  readonly displayPrefix: string;
  readonly scopes: string[];
}

/** Tokens as they are read, and their uses. What changes a token is in token-changes.repository.ts. */
@Injectable()
export class ApiTokensRepository {
  async findStanding(db: WorkspaceDatabase, tokenId: string): Promise<TokenStanding> {
    const text = await db.readJson(standingStatement, tokenId);
    if (text === null) return deadToken;
    const standing = JSON.parse(text) as TokenStanding;
    return standing.gate === 'dead' ? deadToken : standing;
  }

  /** JSON text of `{ token, issuer }`. */
  findDescription(db: WorkspaceDatabase, tokenId: string): Promise<string | null> {
    return db.readJson(descriptionStatement, tokenId);
  }

  /** JSON text, or `null` when this workspace has no such token. */
  findById(db: WorkspaceDatabase, tokenId: string): Promise<string | null> {
    return db.readJson(byIdStatement, tokenId);
  }

  /** Newest first. */
  async findMany(db: WorkspaceDatabase, { page, limit, ...filters }: ApiTokensQuery): Promise<Page> {
    const { status = null, q = null, expiringWithinDays = null } = filters;
    const from = (page - 1) * limit;
    return toPage(await db.readSlowly(pageStatement, limit, from, status, q, expiringWithinDays));
  }

  /** Of those that may still be used, or be enabled again: each with the reasons to look at it. Newest first. */
  async findOrphans(db: WorkspaceDatabase, { page, limit, unusedDays }: OrphansQuery): Promise<Page> {
    return toPage(await db.readSlowly(orphansStatement, limit, (page - 1) * limit, unusedDays));
  }

  /** By bare UUID. */
  async findForUses(tx: HeldTransaction, ids: readonly string[]): Promise<Map<string, UsedToken>> {
    const rows = await tx.write({ statement: usedTokensStatement }, ids);
    return new Map(
      rows.map(([id, label, displayPrefix, scopes]) => [
        String(id),
        { label: String(label), displayPrefix: String(displayPrefix), scopes: scopes as string[] },
      ]),
    );
  }

  /** Forward only: jobs may run late and out of order. */
  async moveLastUse(
    tx: HeldTransaction,
    { tokenId, at, ip }: { tokenId: string; at: string; ip: string },
  ): Promise<void> {
    // A trusted proxy may have said something that is no address.
    await tx.write({ statement: lastUseStatement }, tokenId, at, inetOf(ip));
  }
}

function toPage([found]: unknown[][]): Page {
  return { items: finishJson(String(found?.[0])), total: Number(found?.[1]) };
}
