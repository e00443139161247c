import { Database } from '@calkeep/database';
import { Injectable } from '@nestjs/common';
import { Admissions } from '../admission/admissions.js';
import type { TokenAddress } from '../admission/token-standing.js';
import type { Actor } from '../audit-log/actor.js';
import type { AuditEntry } from '../audit-log/audit-trail.js';
import { RevocationWriter, type Revocation } from './revocation-writer.js';
import { TokenChangesRepository } from './token-changes.repository.js';
import { TokenDirectory } from './token-directory.js';

/** A string that may be a token's secret, and what the audit log is to keep of where it was found. */
export interface Leak {
  readonly secret: string;
  readonly circumstances: AuditEntry['payload'];
}

/**
 * Revokes tokens whose secrets turned up where they do not belong. To have a secret is the proof, and it proves
 * no more than that this one is known: others of the same lineage stay as they are.
 */
@Injectable()
export class LeakedTokens {
  constructor(
    private readonly database: Database,
    private readonly tokens: TokenChangesRepository,
    private readonly writer: RevocationWriter,
    private readonly admissions: Admissions,
    private readonly directory: TokenDirectory,
  ) {}

  /**
   * What is no token of ours is passed over. When this resolves, no process accepts any of the others.
   * @returns how many were revoked that were not before.
   */
  async revoke(leaks: readonly Leak[], { actor, reason }: { actor: Actor; reason: string }): Promise<number> {
    const found = await this.#locate(leaks);
    const circumstancesOf = (tokenId: string) => found.get(tokenId)?.circumstances ?? {};
    const committed: TokenAddress[][] = [];
    let count = 0;
    try {
      // One workspace after the other: who reports needs no credential, and must not take all connections.
      for (const [workspaceId, addresses] of byWorkspace([...found.values()])) {
        count += await this.#revokeIn(workspaceId, addresses, { actor, reason, circumstancesOf });
        committed.push(addresses);
      }
    } finally {
      // Also when a later one failed: what was committed is final.
      await Promise.all(committed.map((addresses) => this.admissions.forgetAll(addresses)));
    }
    return count;
  }

  #revokeIn(workspaceId: string, addresses: readonly TokenAddress[], revocation: Revocation): Promise<number> {
    const tokenIds = addresses.map(({ tokenId }) => tokenId);
    return this.database.forWorkspace(workspaceId).transaction(async (tx) => {
      const locked = await this.tokens.lockMany(tx, workspaceId, tokenIds);
      return this.writer.revoke(tx, workspaceId, { ...revocation, locked });
    });
  }

  /** By the token's bare UUID; found in several places, it is told of one. */
  async #locate(leaks: readonly Leak[]): Promise<Map<string, TokenAddress & Pick<Leak, 'circumstances'>>> {
    const addresses = await this.directory.locateMany(leaks.map(({ secret }) => secret));
    return new Map(
      leaks.flatMap(({ secret, circumstances }) => {
        const address = addresses.get(secret);
        return address ? [[address.tokenId, { ...address, circumstances }]] : [];
      }),
    );
  }
}

function byWorkspace(addresses: readonly TokenAddress[]): Map<string, TokenAddress[]> {
  const grouped = new Map<string, TokenAddress[]>();
  for (const address of addresses)
    grouped.set(address.workspaceId, [...(grouped.get(address.workspaceId) ?? []), address]);
  return grouped;
}
