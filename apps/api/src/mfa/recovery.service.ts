import { Database } from '@calkeep/database';
import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../audit-log/audit-trail.js';
import type { PersonCaller } from '../http/current-session.js';
import { FactorProofs, type Proven } from './factor-proofs.js';
import { attemptOf, entryAbout } from './proof-entries.js';
import { RecoveryCodes } from './recovery-codes.js';
import { SecondFactorsRepository } from './second-factors.repository.js';

@Injectable()
export class RecoveryService {
  constructor(
    private readonly database: Database,
    private readonly codes: RecoveryCodes,
    private readonly factors: SecondFactorsRepository,
    private readonly proofs: FactorProofs,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * Signs in, and lets a new factor be set up in the next minutes; a recent proof of a second factor it is not.
   * @returns how many codes are left.
   * @throws AppError `invalid_code`, `rate_limited`
   */
  async verify(person: PersonCaller, code: string): Promise<Proven<number>> {
    const attempt = attemptOf(person, { kind: 'recovery' });
    await this.proofs.begin(attempt);
    return this.proofs.complete(attempt, (tx) => this.codes.use(tx, person.session.user.id, code));
  }

  /** @returns the new codes, the one time that they are told. Those of before are void. */
  regenerate(person: PersonCaller): Promise<string[]> {
    const { user } = person.session;
    return this.database.transaction(async (tx) => {
      await this.factors.lock(tx, user.id);
      const codes = await this.codes.issue(tx, user.id);
      await this.audit.appendForUser(tx, user.id, entryAbout(person, 'RECOVERY_CODES_REGENERATED', {}));
      return codes;
    });
  }
}
