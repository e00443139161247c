/** One mail, in plain text. */
export interface Mail {
  /** One e-mail address. */
  readonly to: string;
  /** One line. */
  readonly subject: string;
  /** May hold a link that is a secret: it is neither logged nor kept. */
  readonly text: string;
}

/** Injection token of the Mailer. A deployment that has a mail server provides its own. */
export const MAILER = Symbol('Mailer');

/** The way out to a mail server. */
export interface Mailer {
  /**
   * Resolves when the mail server has taken the mail. What takes longer than 7 s counts as failed, and a mail that
   * failed is sent again.
   */
  send(mail: Mail): Promise<void>;
}
