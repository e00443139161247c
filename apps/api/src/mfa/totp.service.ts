import { AppError } from '@calkeep/platform';
import type { GlobalTransaction } from '@calkeep/database';
import { Injectable } from '@nestjs/common';
import type { PersonCaller } from '../http/current-session.js';
import { FactorProofs, type Proven } from './factor-proofs.js';
import { FactorRemoval } from './factor-removal.js';
import { totpFactor } from './factor.js';
import { attemptOf } from './proof-entries.js';
import { TotpSecrets } from './totp-secrets.js';
import { TotpRepository } from './totp.repository.js';

@Injectable()
export class TotpService {
  constructor(
    private readonly totp: TotpRepository,
    private readonly secrets: TotpSecrets,
    private readonly proofs: FactorProofs,
    private readonly removal: FactorRemoval,
  ) {}

  /** @throws AppError `invalid_code`, `mfa_enrollment_required`, `rate_limited` */
  async verify(person: PersonCaller, code: string): Promise<Proven<true>> {
    const { session } = person;
    if (!session.mfaMethods.includes('totp'))
      throw new AppError('mfa_enrollment_required', { message: 'Set up an authenticator app first.' });
    const attempt = attemptOf(person, { kind: 'mfa', ...totpFactor });
    await this.proofs.begin(attempt);
    return this.proofs.complete(attempt, (tx) => this.#use(tx, session.user.id, code));
  }

  /** @throws AppError `not_found`, `conflict` */
  remove(person: PersonCaller): Promise<void> {
    return this.removal.run(person, totpFactor, (tx, userId) => this.totp.removeFactor(tx, userId));
  }

  async #use(tx: GlobalTransaction, userId: string, code: string): Promise<true | null> {
    const factor = await this.totp.findFactor(tx, userId);
    if (!factor) return null;
    const { sealed, lastTimeStep } = factor;
    const timeStep = this.secrets.verify(userId, { sealed, code, afterTimeStep: lastTimeStep });
    if (timeStep === null) return null;
    return (await this.totp.spendStep(tx, userId, { sealed, timeStep })) ? true : null;
  }
}
