/** A failure that the person at the terminal can do something about: the message says what. Shown without a stack. */
export class CliError extends Error {
  override readonly name = 'CliError';
}
