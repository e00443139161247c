import { recoveryCodesCount } from '@calkeep/contract';
import type { GlobalTransaction } from '@calkeep/database';
import { PepperKeyring } from '@calkeep/security';
import { Injectable } from '@nestjs/common';
import { newRecoveryCode, normalizeRecoveryCode } from './recovery-code.js';
import { RecoveryCodesRepository } from './recovery-codes.repository.js';

/**
 * Recovery codes: each signs in once, in the place of a second factor that was lost. With 75 random bits they need no
 * slow hash: what is stored is useless without the pepper, and is bound to its person.
 */
@Injectable()
export class RecoveryCodes {
  constructor(
    private readonly codes: RecoveryCodesRepository,
    private readonly peppers: PepperKeyring,
  ) {}

  /** The one time that they are told. Those of before are void. */
  async issue(tx: GlobalTransaction, userId: string): Promise<string[]> {
    const codes = Array.from({ length: recoveryCodesCount }, newRecoveryCode);
    const hashes = codes.map((code) => this.peppers.hash(hashedText(userId, code)));
    await this.codes.replaceAll(tx, userId, hashes);
    return codes;
  }

  /** @returns how many are left; `null` for a code that is wrong, used or void. */
  async use(tx: GlobalTransaction, userId: string, code: string): Promise<number | null> {
    const candidates = this.peppers.candidates(hashedText(userId, code));
    if (!(await this.codes.use(tx, userId, candidates))) return null;
    return this.codes.countUnused(tx, userId);
  }
}

/** The peppers hash tokens too: no hash of one kind is ever a hash of the other. */
function hashedText(userId: string, code: string): string {
  return `user_recovery_codes:${userId}:${normalizeRecoveryCode(code)}`;
}
