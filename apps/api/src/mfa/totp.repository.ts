import type { GlobalTransaction } from '@calkeep/database';
import type { Sealed } from '@calkeep/security';
import { Injectable } from '@nestjs/common';

export interface TotpFactor {
  readonly sealed: Sealed;
  readonly lastTimeStep: number | null;
}

@Injectable()
export class TotpRepository {
  /** In the place of an enrolment that was not confirmed. */
  async saveEnrolment(
    tx: GlobalTransaction,
    userId: string,
    { sealed: { sealed, keyId }, ttlSeconds }: { sealed: Sealed; ttlSeconds: number },
  ): Promise<void> {
    await tx.$executeRaw`
      insert into user_totp_enrolments (user_id, secret_sealed, key_id, expires_at)
      values (${userId}::uuid, ${sealed}, ${keyId}, now() + make_interval(secs => ${ttlSeconds}))
      on conflict (user_id) do update
      set secret_sealed = excluded.secret_sealed, key_id = excluded.key_id, expires_at = excluded.expires_at`;
  }

  /** The one that is open. */
  async findEnrolment(tx: GlobalTransaction, userId: string): Promise<Sealed | null> {
    const [row] = await tx.$queryRaw<{ secret_sealed: Uint8Array; key_id: string }[]>`
      select secret_sealed, key_id from user_totp_enrolments where user_id = ${userId}::uuid and expires_at > now()`;
    return row ? { sealed: Buffer.from(row.secret_sealed), keyId: row.key_id } : null;
  }

  async removeEnrolment(tx: GlobalTransaction, userId: string): Promise<void> {
    await tx.userTotpEnrolment.deleteMany({ where: { userId } });
  }

  async findFactor(tx: GlobalTransaction, userId: string): Promise<TotpFactor | null> {
    const row = await tx.userTotpFactor.findFirst({ where: { userId, confirmedAt: { not: null } } });
    if (!row) return null;
    const { secretSealed, keyId, lastTimeStep } = row;
    return {
      sealed: { sealed: Buffer.from(secretSealed), keyId },
      lastTimeStep: lastTimeStep === null ? null : Number(lastTimeStep),
    };
  }

  /** The person's factor from here on, with the code of this time step used up. */
  async replaceFactor(
    tx: GlobalTransaction,
    userId: string,
    { sealed: { sealed, keyId }, timeStep }: { sealed: Sealed; timeStep: number },
  ): Promise<void> {
    await tx.$executeRaw`
      insert into user_totp_factors (user_id, secret_sealed, key_id, last_time_step, confirmed_at)
      values (${userId}::uuid, ${sealed}, ${keyId}, ${timeStep}, now())
      on conflict (user_id) do update
      set secret_sealed = excluded.secret_sealed, key_id = excluded.key_id, last_time_step = excluded.last_time_step,
          confirmed_at = excluded.confirmed_at, created_at = now()`;
  }

  /**
   * The decision who used the code: of those who try at the same moment, on whichever process, one. A factor that was
   * replaced since it was found is not touched.
   */
  async spendStep(
    tx: GlobalTransaction,
    userId: string,
    { sealed: { sealed }, timeStep }: { sealed: Sealed; timeStep: number },
  ): Promise<boolean> {
    const spent = await tx.$executeRaw`
      update user_totp_factors set last_time_step = ${timeStep}
      where user_id = ${userId}::uuid and secret_sealed = ${sealed}
        and (last_time_step is null or last_time_step < ${timeStep})`;
    return spent === 1;
  }

  /** @returns whether there was one. */
  async removeFactor(tx: GlobalTransaction, userId: string): Promise<boolean> {
    const { count } = await tx.userTotpFactor.deleteMany({ where: { userId } });
    return count === 1;
  }
}
