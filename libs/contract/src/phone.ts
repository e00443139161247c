import parsePhoneNumber from 'libphonenumber-js/min';

export const phoneError =
  'must be an international phone number that begins with + and its country’s code, such as +12025550123';

/**
 * A phone number as E.164, or `null` for what cannot be one. It counts what a country's numbers are made of and how long they
 * are, and not whether the number has been assigned: numbering plans change more often than this library. An extension
 * has no place in E.164.
 */
export function normalizedPhone(text: string): string | null {
  if (!/^\+[\d\s().\-/]+$/.test(text)) return null;
  const phone = parsePhoneNumber(text);
  return phone?.isPossible() === true && phone.ext === undefined ? phone.number : null;
}
