import { toPublicId, type SignInBody, type SignInData } from '@calkeep/contract';
import { Database, type GlobalTransaction } from '@calkeep/database';
import { AppError } from '@calkeep/platform';
import { Injectable } from '@nestjs/common';
import { systemAt } from '../audit-log/actor.js';
import { AuditTrail } from '../audit-log/audit-trail.js';
import { SessionsService, type SessionTicket } from '../sessions/sessions.service.js';
import type { Browser } from './browser.js';
import { PasswordsService } from './passwords.service.js';
import { signInSucceeded } from './sign-in-entry.js';
import { UsersRepository, type UserWithPassword } from './users.repository.js';

@Injectable()
export class SignInService {
  constructor(
    private readonly database: Database,
    private readonly passwords: PasswordsService,
    private readonly users: UsersRepository,
    private readonly sessions: SessionsService,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * Opens a session in the place of the one that the browser brought: a complete one, or one that is pending until
   * its second factor is proven.
   * @throws AppError `invalid_credentials` whichever of the two is wrong; `rate_limited`, `service_unavailable`.
   */
  async signIn(
    { email, password }: SignInBody,
    browser: Browser,
  ): Promise<{ ticket: SessionTicket; data: SignInData }> {
    const { caller } = browser;
    const failure = { action: 'SIGN_IN_FAILED', actor: systemAt('sign-in', caller) } as const;
    const user = await this.passwords.verify({ email, password, address: caller.address, failure });
    return this.database.transaction((tx) => this.#open(tx, user, browser));
  }

  async #open(tx: GlobalTransaction, user: UserWithPassword, { caller, secret }: Browser) {
    const methods = await this.users.lockPassword(tx, user);
    if (!methods) throw new AppError('invalid_credentials');
    const isPending = methods.length > 0;
    await this.sessions.endBySecret(tx, secret);
    const ticket = await this.sessions.open(tx, { userId: user.id, isPending, caller });
    const entry = signInSucceeded({ user, caller, sessionId: ticket.id, method: null });
    if (!isPending) await this.audit.appendForUser(tx, user.id, entry);
    const { email, name } = user;
    const data = { user: { id: toPublicId('user', user.id), email, name }, mfa: { required: isPending, methods } };
    return { ticket, data };
  }
}
