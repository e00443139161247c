import { Database, enterWorkspace } from '@calkeep/database';
import { AppError, type Config } from '@calkeep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { Attempts } from '../attempts/attempts.js';
import { MailQueue, type Mail } from '../mail/mail-queue.js';
import { CONFIG } from '../platform/tokens.js';
import { AfterAnswer } from './after-answer.js';
import { signUpNoticeLimits } from './attempt-limits.js';
import type { User } from './users.repository.js';

/** Tells the owner of an e-mail address of a sign-up with it, which was answered as if the address were free. */
@Injectable()
export class SignUpNotice {
  constructor(
    private readonly database: Database,
    private readonly mails: MailQueue,
    private readonly attempts: Attempts,
    private readonly afterAnswer: AfterAnswer,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Once an hour at most, and after the answer. */
  send(owner: User, requestId: string): void {
    this.afterAnswer.run('the notice of a sign-up', async () => {
      if (await this.#isDue(owner)) await this.#send(owner, requestId);
    });
  }

  async #isDue({ id }: User): Promise<boolean> {
    try {
      await this.attempts.take(signUpNoticeLimits(id));
      return true;
    } catch (error) {
      if (error instanceof AppError && error.code === 'rate_limited') return false;
      throw error;
    }
  }

  async #send(owner: User, requestId: string): Promise<void> {
    const mail = this.#mailTo(owner);
    await this.database.transaction(async (tx) => {
      // Mails leave through the outbox of a workspace; who is in none cannot be written to.
      const membership = await tx.userWorkspace.findFirst({
        where: { userId: owner.id },
        orderBy: { workspaceId: 'asc' },
      });
      if (!membership) return;
      const { workspaceId } = membership;
      await this.mails.send(await enterWorkspace(tx, workspaceId), workspaceId, { mail, requestId });
    });
  }

  #mailTo({ email }: User): Mail {
    return {
      to: email,
      subject: 'You have a CalKeep account already',
      text: [
        'Somebody tried to sign up for CalKeep with this e-mail address, which has an account already.',
        `If it was you, sign in instead: ${this.config.PUBLIC_URL}`,
        'If it was not, there is nothing to do: nothing of yours was changed or shown.',
      ].join('\n\n'),
    };
  }
}
