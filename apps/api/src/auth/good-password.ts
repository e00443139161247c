import { AppError } from '@calkeep/platform';
import { passwordProblem, type PasswordOwner, type PasswordProblem } from '@calkeep/security';

const messages: Record<PasswordProblem, string> = {
  too_short: 'must have at least 12 characters',
  too_long: 'must have at most 128 characters',
  common: 'is among the first that anybody would guess',
};

/** In the form that is typed: more than the longest good one has in any spelling. A longer one is not even read. */
const typedLengthMax = 1_024;

/** @param path the field that holds it. @throws AppError `invalid_request` */
export function requireGoodPassword(password: string, path: string, owner: PasswordOwner): void {
  const problem = password.length > typedLengthMax ? 'too_long' : passwordProblem(password, owner);
  if (problem !== null)
    throw new AppError('invalid_request', { details: [{ path, code: problem, message: messages[problem] }] });
}
