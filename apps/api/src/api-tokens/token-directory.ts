import { hash } from 'node:crypto';
import { Database } from '@calkeep/database';
import { parseApiToken, PepperKeyring } from '@calkeep/security';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { TokenAddress } from '../admission/token-standing.js';

const addressesMax = 50_000;

interface HashRow {
  token_hash: Buffer;
  workspace_id: string;
  token_id: string;
}

/**
 * Finds which workspace and token a secret belongs to. That never changes, so it may be remembered here; it
 * says where to ask and nothing of what the token may do, which is asked again for every request.
 * Unknown secrets are not remembered.
 */
@Injectable()
export class TokenDirectory {
  /** By the secret's SHA-256, which like the pepper's HMAC says nothing of it, for a fifth of the time. */
  readonly #known = new LRUCache<string, TokenAddress>({ max: addressesMax });

  constructor(
    private readonly database: Database,
    private readonly peppers: PepperKeyring,
  ) {}

  /** @param beforeLookUp called before the database is asked; throws to forbid it. */
  locate(secret: string, beforeLookUp: () => void): TokenAddress | Promise<TokenAddress | null> {
    const key = hash('sha256', secret, 'base64');
    return this.#known.get(key) ?? this.#find(secret, { key, beforeLookUp });
  }

  async #find(
    secret: string,
    { key, beforeLookUp }: { key: string; beforeLookUp: () => void },
  ): Promise<TokenAddress | null> {
    beforeLookUp();
    const found = await this.#lookUp(secret);
    if (found) this.#known.set(key, found);
    return found;
  }

  /** Those of these strings that are secrets of tokens, with where the tokens are. Nothing of it is remembered. */
  async locateMany(texts: readonly string[]): Promise<Map<string, TokenAddress>> {
    const secretOf = new Map<string, string>();
    for (const text of texts.filter((each) => parseApiToken(each) !== null))
      for (const hash of this.peppers.candidates(text)) secretOf.set(hash.toString('base64'), text);
    if (secretOf.size === 0) return new Map();
    // The global table of hashes, as below.
    const rows = await this.database.global<HashRow>(
      'select token_hash, workspace_id, token_id from api_token_hashes where token_hash = any($1)',
      [[...secretOf.keys()].map((key) => Buffer.from(key, 'base64'))],
    );
    return new Map(
      rows.map((row) => [
        secretOf.get(row.token_hash.toString('base64')) ?? '',
        { workspaceId: row.workspace_id, tokenId: row.token_id },
      ]),
    );
  }

  async #lookUp(secret: string): Promise<TokenAddress | null> {
    // The global table of hashes: a workspace is what this look-up finds.
    const [row] = await this.database.global<Omit<HashRow, 'token_hash'>>(
      'select workspace_id, token_id from api_token_hashes where token_hash = any($1)',
      [this.peppers.candidates(secret)],
    );
    return row ? { workspaceId: row.workspace_id, tokenId: row.token_id } : null;
  }
}
