import type { WorkspaceTransaction } from '@calkeep/database';
import { SealingKeyring } from '@calkeep/security';
import { Injectable } from '@nestjs/common';
import { Outbox } from '../outbox/outbox.js';
import { mailSealContext } from './mail-seal-context.js';
import type { Mail } from './mailer.js';
import { oneLine } from './one-line.js';

export type { Mail };

/**
 * Sends mail after the transaction that asks for it has committed, through the outbox. Its text may hold a
 * link that is a secret, so it waits sealed.
 */
@Injectable()
export class MailQueue {
  constructor(
    private readonly outbox: Outbox,
    private readonly sealing: SealingKeyring,
  ) {}

  /** @param workspaceId bare UUID of the workspace that the transaction is bound to. */
  async send(
    tx: WorkspaceTransaction,
    workspaceId: string,
    { mail, requestId }: { mail: Mail; requestId: string | null },
  ): Promise<void> {
    const sent = { ...mail, subject: oneLine(mail.subject) };
    const { keyId, sealed } = this.sealing.seal(JSON.stringify(sent), mailSealContext(workspaceId));
    const payload = { keyId, sealed: sealed.toString('base64') };
    await this.outbox.add(tx, workspaceId, { topic: 'mail', payload, requestId });
  }
}
