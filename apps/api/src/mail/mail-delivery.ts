import { UnrecoverableError } from '@calkeep/queue';
import { SealingError, SealingKeyring } from '@calkeep/security';
import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { OutboxEntry } from '../outbox/outbox.repository.js';
import { mailSealContext } from './mail-seal-context.js';
import { MAILER, type Mail, type Mailer } from './mailer.js';

const payloadSchema = z.object({ keyId: z.string(), sealed: z.base64() });
const mailSchema = z.object({ to: z.string(), subject: z.string(), text: z.string() });

/** Opens the mails that wait in a workspace's outbox, and sends them. */
@Injectable()
export class MailDelivery {
  constructor(
    private readonly sealing: SealingKeyring,
    @Inject(MAILER) private readonly mailer: Mailer,
  ) {}

  /** @throws UnrecoverableError for a mail that was altered, or sealed in another workspace. */
  async deliver(workspaceId: string, entry: OutboxEntry): Promise<void> {
    await this.mailer.send(this.#open(workspaceId, entry));
  }

  #open(workspaceId: string, { payload }: OutboxEntry): Mail {
    try {
      const { keyId, sealed } = payloadSchema.parse(payload);
      const opened = this.sealing.open({ keyId, sealed: Buffer.from(sealed, 'base64') }, mailSealContext(workspaceId));
      return mailSchema.parse(JSON.parse(opened.toString()));
    } catch (error) {
      // Another worker may already have been told the key.
      if (error instanceof SealingError && error.reason === 'unknown_key') throw error;
      // Without its cause, which could quote what was opened.
      throw new UnrecoverableError('a mail that does not open in its workspace');
    }
  }
}
