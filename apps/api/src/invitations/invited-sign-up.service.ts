import type { InvitedSignUpBody, SignUpData } from '@calkeep/contract';
import { Database, enterWorkspace } from '@calkeep/database';
import { AppError } from '@calkeep/platform';
import { Injectable } from '@nestjs/common';
import type { Browser } from '../auth/browser.js';
import { SignUpService } from '../auth/sign-up.service.js';
import type { SessionTicket } from '../sessions/sessions.service.js';
import { AcceptanceService, requireSecret } from './acceptance.service.js';
import { InvitationsRepository } from './invitations.repository.js';

/** The way in for whoever was invited and has no account: into the workspace that invited them, and no other. */
@Injectable()
export class InvitedSignUpService {
  constructor(
    private readonly database: Database,
    private readonly invitations: InvitationsRepository,
    private readonly acceptance: AcceptanceService,
    private readonly signUps: SignUpService,
  ) {}

  /**
   * An account with the invited e-mail address, the membership and a session: all or nothing.
   * @throws AppError `not_found`, `rate_limited`, `invalid_request` for a bad password; `conflict` for an address
   * that has an account by now, which whoever has the link may know: it was sent there.
   */
  async signUp(
    { secret, name, password }: InvitedSignUpBody,
    browser: Browser,
  ): Promise<{ ticket: SessionTicket; data: SignUpData }> {
    const { caller } = browser;
    const { email } = await this.acceptance.preview(secret, caller);
    const person = await this.database.transaction((tx) => this.invitations.findPerson(tx, email));
    if (person)
      throw new AppError('conflict', { message: 'There is an account with this address: sign in, then accept.' });
    const parsed = requireSecret(secret);
    const { workspaceId: id } = parsed;
    return this.signUps.signUp({ email, password, name }, browser, async (tx, user) => {
      const joined = await this.acceptance.join(await enterWorkspace(tx, id), parsed, { user, caller });
      const { role, ...workspace } = joined;
      return { workspace: { id, ...workspace }, role, entries: [] };
    });
  }
}
