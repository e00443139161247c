import { toPublicId, type PasswordChangeBody } from '@calkeep/contract';
import { Database } from '@calkeep/database';
import { AppError } from '@calkeep/platform';
import { Injectable } from '@nestjs/common';
import { personAt } from '../audit-log/actor.js';
import { AuditTrail, type AuditEntry } from '../audit-log/audit-trail.js';
import type { Caller } from '../http/credential-resolver.js';
import type { Session } from '../http/session.js';
import { SessionsService, type SessionTicket } from '../sessions/sessions.service.js';
import { requireGoodPassword } from './good-password.js';
import { PasswordsService } from './passwords.service.js';
import { UsersRepository } from './users.repository.js';

@Injectable()
export class PasswordChangeService {
  constructor(
    private readonly database: Database,
    private readonly passwords: PasswordsService,
    private readonly users: UsersRepository,
    private readonly sessions: SessionsService,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * From the answer on the old password signs nobody in, all other sessions of the person are over, and this one has
   * a new secret.
   * @throws AppError `invalid_request` for a bad new password; `invalid_credentials`, `rate_limited`,
   * `service_unavailable`.
   */
  async change(
    session: Session,
    { currentPassword, newPassword }: PasswordChangeBody,
    caller: Caller,
  ): Promise<SessionTicket> {
    const { id, email } = session.user;
    const actor = personAt(session.user, caller);
    requireGoodPassword(newPassword, 'newPassword', session.user);
    const failure = { action: 'STEP_UP_FAILED', actor } as const;
    const attempt = { email, password: currentPassword, address: caller.address, failure };
    const { passwordHash: from } = await this.passwords.verify(attempt);
    const to = await this.passwords.hash(newPassword);
    return this.database.transaction(async (tx) => {
      // Before the sessions: a sign-in that still holds the old password opens its session now, or never.
      if (!(await this.users.replacePassword(tx, id, { from, to }))) throw new AppError('invalid_credentials');
      const sessionsEnded = await this.sessions.endOthers(tx, id, session.id);
      const ticket = await this.sessions.rotate(tx, session);
      const target = { type: 'user', id: toPublicId('user', id) } as const;
      const entry: AuditEntry = { actor, action: 'PASSWORD_CHANGED', target, payload: { sessionsEnded } };
      await this.audit.appendForUser(tx, id, entry);
      return ticket;
    });
  }
}
