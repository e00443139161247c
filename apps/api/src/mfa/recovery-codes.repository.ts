import type { GlobalTransaction } from '@calkeep/database';
import type { PepperedHash } from '@calkeep/security';
import { Injectable } from '@nestjs/common';

@Injectable()
export class RecoveryCodesRepository {
  /** The person's codes from here on; those of before are void. */
  async replaceAll(tx: GlobalTransaction, userId: string, hashes: readonly PepperedHash[]): Promise<void> {
    await tx.userRecoveryCode.deleteMany({ where: { userId } });
    await tx.userRecoveryCode.createMany({
      data: hashes.map(({ keyId, hash }) => ({ userId, keyId, codeHash: Uint8Array.from(hash) })),
    });
  }

  /** The decision who used it: of those who try at the same moment, one. @returns whether it was there, unused. */
  async use(tx: GlobalTransaction, userId: string, candidates: readonly Buffer[]): Promise<boolean> {
    const used = await tx.$executeRaw`
      update user_recovery_codes set used_at = now()
      where user_id = ${userId}::uuid and code_hash = any(${candidates}::bytea[]) and used_at is null`;
    return used === 1;
  }

  countUnused(tx: GlobalTransaction, userId: string): Promise<number> {
    return tx.userRecoveryCode.count({ where: { userId, usedAt: null } });
  }
}
