import type { Role } from '@calkeep/contract';
import type { WorkspaceTransaction } from '@calkeep/database';
import type { Config } from '@calkeep/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { WorkspaceCaller } from '../http/current-session.js';
import { MailQueue } from '../mail/mail-queue.js';
import { CONFIG } from '../platform/tokens.js';
import { invitationDays } from './invitations.repository.js';

export interface Welcome {
  /** Who welcomes. */
  readonly by: WorkspaceCaller;
  /** An e-mail address. */
  readonly to: string;
  readonly workspaceName: string;
  readonly role: Role;
}

const inWords: Record<Role, string> = {
  owner: 'an owner',
  admin: 'an admin',
  member: 'a member',
  auditor: 'an auditor',
};

/** The mails to those who are added to a workspace or invited to it, sent if the transaction commits. */
@Injectable()
export class WelcomeMail {
  constructor(
    private readonly mails: MailQueue,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  linkOf(secret: string): string {
    return `${this.#console}/invitations/${secret}`;
  }

  async invite(tx: WorkspaceTransaction, welcome: Welcome, link: string): Promise<void> {
    const { by, workspaceName, role } = welcome;
    const subject = `${by.session.user.name} invites you to ${workspaceName} on CalKeep`;
    const text = [
      `${by.session.user.name} (${by.session.user.email}) invites you to ${workspaceName} as ${inWords[role]}.`,
      `Accept with this link, which is good for ${invitationDays} days and for you alone:`,
      link,
      'If you do not know what this is about, do nothing.',
    ];
    await this.#send(tx, welcome, { subject, text: text.join('\n\n') });
  }

  async added(tx: WorkspaceTransaction, welcome: Welcome): Promise<void> {
    const { by, workspaceName, role } = welcome;
    const subject = `You are now in ${workspaceName} on CalKeep`;
    const text = [
      `${by.session.user.name} (${by.session.user.email}) has added you to ${workspaceName} as ${inWords[role]}.`,
      `Sign in at ${this.#console}. You can leave the workspace at any time.`,
    ];
    await this.#send(tx, welcome, { subject, text: text.join('\n\n') });
  }

  get #console(): string {
    return this.config.PUBLIC_URL.replace(/\/+$/, '');
  }

  async #send(
    tx: WorkspaceTransaction,
    { by, to }: Welcome,
    { subject, text }: { subject: string; text: string },
  ): Promise<void> {
    const { membership, caller } = by;
    await this.mails.send(tx, membership.workspaceId, { mail: { to, subject, text }, requestId: caller.requestId });
  }
}
