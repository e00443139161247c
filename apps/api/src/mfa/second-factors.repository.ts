import type { MfaMethod } from '@calkeep/contract';
import type { GlobalTransaction } from '@calkeep/database';
import { Injectable } from '@nestjs/common';

/** What a person has to prove who it is, beside the password. */
export interface SecondFactors {
  readonly totpEnrolledAt: Date | null;
  readonly passkeys: number;
  readonly unusedRecoveryCodes: number;
}

export function methodsOf({ totpEnrolledAt, passkeys }: SecondFactors): MfaMethod[] {
  return [...(totpEnrolledAt ? (['totp'] as const) : []), ...(passkeys > 0 ? (['webauthn'] as const) : [])];
}

interface FactorsRow {
  totp_enrolled_at: Date | null;
  passkeys: number;
  unused_recovery_codes: number;
}

@Injectable()
export class SecondFactorsRepository {
  async find(tx: GlobalTransaction, userId: string): Promise<SecondFactors> {
    const [row] = await tx.$queryRaw<FactorsRow[]>`
      select (select confirmed_at from user_totp_factors where user_id = ${userId}::uuid) as totp_enrolled_at,
             (select count(*)::int from webauthn_credentials where user_id = ${userId}::uuid) as passkeys,
             (select count(*)::int from user_recovery_codes where user_id = ${userId}::uuid and used_at is null)
               as unused_recovery_codes`;
    return {
      totpEnrolledAt: row?.totp_enrolled_at ?? null,
      passkeys: row?.passkeys ?? 0,
      unusedRecoveryCodes: row?.unused_recovery_codes ?? 0,
    };
  }

  /**
   * As they are until the transaction ends: whoever adds or removes one asks here first. So two removals at the
   * same moment cannot take the last two factors, nor two first factors bring two sets of recovery codes.
   */
  async lock(tx: GlobalTransaction, userId: string): Promise<SecondFactors> {
    await tx.$queryRaw`select from users where id = ${userId}::uuid for no key update`;
    // In a statement of its own, which sees what was committed while the lock was waited for.
    return this.find(tx, userId);
  }
}
