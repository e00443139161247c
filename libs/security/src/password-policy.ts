/**
 * Invariant: no one gets a password that is among the first guesses of an attacker who knows what many people choose,
 * whose account it is and what the product is called. Beyond that, any characters in any mixture are good.
 */
import { isListedPassword } from './common-passwords.js';

export type PasswordProblem = 'too_short' | 'too_long' | 'common';

export interface PasswordOwner {
  readonly email?: string;
  readonly name?: string;
}

const lengthMin = 12;
const lengthMax = 128;
const productName = 'calkeep';
/** A name of fewer letters is in a good password by chance. */
const nameLettersMin = 3;

/** What stands against this password, or `null`. Its length is counted in code points of the form that is hashed (NFKC). */
export function passwordProblem(password: string, owner: PasswordOwner = {}): PasswordProblem | null {
  const form = password.normalize('NFKC');
  const length = [...form].length;
  if (length < lengthMin) return 'too_short';
  if (length > lengthMax) return 'too_long';
  return isCommon(form.toLowerCase(), owner) ? 'common' : null;
}

function isCommon(text: string, owner: PasswordOwner): boolean {
  return isListedPassword(text) || isRepeated(text) || isPadded(text) || isNamedAfter(text, namesOf(owner));
}

/** A listed password twice, or anything three times and more. */
function isRepeated(text: string): boolean {
  for (let length = 1; length <= text.length / 2; length += 1) {
    const unit = text.slice(0, length);
    const times = text.length / length;
    if (text === unit.repeat(times) && (times >= 3 || isListedPassword(unit))) return true;
  }
  return false;
}

/** A listed password with nothing but digits and signs around it, no more of them than it has characters itself. */
function isPadded(text: string): boolean {
  for (let length = text.length - 1; length >= text.length / 2; length -= 1) {
    for (let start = 0; start + length <= text.length; start += 1) {
      const isFound = isListedPassword(text.slice(start, start + length));
      if (isFound && lettersOf(text.slice(0, start) + text.slice(start + length)) === '') return true;
    }
  }
  return false;
}

/** Whether its letters are one of the names, once or again and again, whatever digits and signs stand between. */
function isNamedAfter(text: string, names: string[]): boolean {
  const letters = lettersOf(text);
  return names.some((name) => letters !== '' && letters === name.repeat(letters.length / name.length));
}

function namesOf({ email = '', name = '' }: PasswordOwner): string[] {
  const localPart = email.slice(0, Math.max(0, email.lastIndexOf('@')));
  return [productName, email, localPart, name]
    .map((text) => lettersOf(text.normalize('NFKC').toLowerCase()))
    .filter((letters) => letters.length >= nameLettersMin);
}

function lettersOf(text: string): string {
  return text.replace(/[^\p{L}\p{M}]/gu, '');
}
