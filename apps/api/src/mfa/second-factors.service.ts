import type { SecondFactorsData } from '@calkeep/contract';
import { Database } from '@calkeep/database';
import { Injectable } from '@nestjs/common';
import type { PersonCaller } from '../http/current-session.js';
import { describePasskey } from './describe-passkey.js';
import { PasskeysRepository } from './passkeys.repository.js';
import { SecondFactorsRepository } from './second-factors.repository.js';

@Injectable()
export class SecondFactorsService {
  constructor(
    private readonly database: Database,
    private readonly factors: SecondFactorsRepository,
    private readonly passkeys: PasskeysRepository,
  ) {}

  /** What the person has set up; nothing of it is a secret. */
  list({ session: { user } }: PersonCaller): Promise<SecondFactorsData> {
    return this.database.transaction(async (tx) => {
      const { totpEnrolledAt, unusedRecoveryCodes } = await this.factors.find(tx, user.id);
      const passkeys = await this.passkeys.findMany(tx, user.id);
      return {
        totp: totpEnrolledAt && { enrolledAt: totpEnrolledAt.toISOString() },
        passkeys: passkeys.map(describePasskey),
        recoveryCodes: { remaining: unusedRecoveryCodes },
      };
    });
  }
}
