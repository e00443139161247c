import { Database } from '@calkeep/database';
import { PepperKeyring } from '@calkeep/security';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { TokenAddress } from '../admission/token-standing.js';

const addressesMax = 50_000;

/**
 * Finds which workspace and token a secret belongs to. That never changes, so it may be remembered here; it
 * says where to ask and nothing of what the token may do, which is asked again for every request.
 * Unknown secrets are not remembered.
 */
@Injectable()
export class TokenDirectory {
  readonly #known = new LRUCache<string, TokenAddress>({ max: addressesMax });

  constructor(
    private readonly database: Database,
    private readonly peppers: PepperKeyring,
  ) {}

  /** @param beforeLookUp called before the database is asked; throws to forbid it. */
  async locate(secret: string, beforeLookUp: () => void): Promise<TokenAddress | null> {
    const key = this.peppers.hash(secret).hash.toString('base64');
    const known = this.#known.get(key);
    if (known) return known;
    beforeLookUp();
    const found = await this.#lookUp(secret);
    if (found) this.#known.set(key, found);
    return found;
  }

  async #lookUp(secret: string): Promise<TokenAddress | null> {
    // The global table of hashes: a workspace is what this look-up finds.
    const [row] = await this.database.global<{ workspace_id: string; token_id: string }>(
      'select workspace_id, token_id from api_token_hashes where token_hash = any($1)',
      [this.peppers.candidates(secret)],
    );
    return row ? { workspaceId: row.workspace_id, tokenId: row.token_id } : null;
  }
}
