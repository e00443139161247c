import { Injectable, Logger } from '@nestjs/common';
import type { Mail, Mailer } from './mailer.js';

/** Where there is no mail server: says to whom a mail would have gone and what about, never what it says. */
@Injectable()
export class LoggingMailer implements Mailer {
  readonly #logger = new Logger(LoggingMailer.name);

  async send({ to, subject }: Mail): Promise<void> {
    this.#logger.warn(`no mail server: a mail to ${to} was not sent: ${subject}`);
  }
}
