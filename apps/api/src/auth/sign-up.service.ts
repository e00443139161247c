import { toPublicId, type SignUpData } from '@calkeep/contract';
import { Injectable } from '@nestjs/common';
import { Attempts } from '../attempts/attempts.js';
import type { SessionTicket } from '../sessions/sessions.service.js';
import { signUpLimits } from './attempt-limits.js';
import type { Browser } from './browser.js';
import { requireGoodPassword } from './good-password.js';
import { NewAccounts, type CreatedAccount, type Join } from './new-accounts.js';
import { PasswordsService } from './passwords.service.js';
import { SignUpNotice } from './sign-up-notice.js';

export interface SignUp {
  readonly email: string;
  readonly password: string;
  readonly name: string;
}

@Injectable()
export class SignUpService {
  constructor(
    private readonly attempts: Attempts,
    private readonly passwords: PasswordsService,
    private readonly accounts: NewAccounts,
    private readonly notice: SignUpNotice,
  ) {}

  /**
   * An account, its first membership and its first session: all or nothing. A known e-mail address gets the same
   * answer from the same work, with ids of nothing and a secret that opens nothing, and its owner a mail.
   * @throws AppError `invalid_request` for a bad password; `rate_limited`, `service_unavailable`.
   */
  async signUp(
    { email, password, name }: SignUp,
    browser: Browser,
    join: Join,
  ): Promise<{ ticket: SessionTicket; data: SignUpData }> {
    requireGoodPassword(password, 'password', { email, name });
    const passwordHash = await this.#hash(password, browser);
    const account = { email, name, passwordHash };
    const created = await this.accounts.create(account, { browser, join });
    if (created.owner) this.notice.send(created.owner, browser.caller.requestId);
    return { ticket: created.ticket, data: toData(created) };
  }

  async #hash(password: string, { caller }: Browser): Promise<string> {
    const limits = signUpLimits(caller.address);
    await this.attempts.take(limits);
    try {
      return await this.passwords.hash(password);
    } catch (error) {
      await this.attempts.giveBack(limits);
      throw error;
    }
  }
}

function toData({ ticket, user, workspace, role }: CreatedAccount): SignUpData {
  return {
    session: { id: toPublicId('session', ticket.id), expiresAt: ticket.expiresAt.toISOString() },
    user: { id: toPublicId('user', user.id), email: user.email, name: user.name },
    workspace: { ...workspace, id: toPublicId('workspace', workspace.id), role },
  };
}
