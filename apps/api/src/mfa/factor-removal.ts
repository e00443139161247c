import { Database, type GlobalTransaction } from '@calkeep/database';
import { AppError } from '@calkeep/platform';
import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../audit-log/audit-trail.js';
import type { PersonCaller } from '../http/current-session.js';
import type { Session } from '../http/session.js';
import { SessionsService } from '../sessions/sessions.service.js';
import type { Factor } from './factor.js';
import { describeProof, entryAbout } from './proof-entries.js';
import { SecondFactorsRepository, type SecondFactors } from './second-factors.repository.js';

/** Invariant: a factor goes only in a session that proved another one, so the last one never goes. */
@Injectable()
export class FactorRemoval {
  constructor(
    private readonly database: Database,
    private readonly factors: SecondFactorsRepository,
    private readonly sessions: SessionsService,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * What the factor proved, in whichever session, is no proof any more.
   * @param remove says whether it was there.
   * @throws AppError `not_found`, `conflict`
   */
  async run(
    person: PersonCaller,
    factor: Factor,
    remove: (tx: GlobalTransaction, userId: string) => Promise<boolean>,
  ): Promise<void> {
    const { user } = person.session;
    await this.database.transaction(async (tx) => {
      const factors = await this.factors.lock(tx, user.id);
      if (!(await remove(tx, user.id))) throw new AppError('not_found');
      if (isProvenBy(person.session, factor) || countOf(factors) === 1) throw needsAnother();
      await this.sessions.forgetProofs(tx, user.id, factor);
      const payload = describeProof({ kind: 'mfa', ...factor });
      await this.audit.appendForUser(tx, user.id, entryAbout(person, 'MFA_REMOVED', payload));
    });
  }
}

function isProvenBy({ mfa }: Session, { method, credentialId }: Factor): boolean {
  return mfa?.method === method && mfa.credentialId === credentialId;
}

function countOf({ totpEnrolledAt, passkeys }: SecondFactors): number {
  return (totpEnrolledAt ? 1 : 0) + passkeys;
}

function needsAnother(): AppError {
  return new AppError('conflict', {
    message: 'A second factor is removed only after another one was proven; set one up, or prove the other, first.',
  });
}
