import { z } from 'zod';
import { normalizedPhone, phoneError } from './phone.js';

/**
 * What callers may send in a body. A text on one line is trimmed, and then not empty: `null` is how a field is cleared.
 */
export function lineInput(lengthMax: number) {
  return z.string().trim().min(1).max(lengthMax);
}

export const textInput = z.string().min(1).max(10_000);

/** RFC 5321, section 4.5.3.1: 64 octets before the @, 254 in all. */
export const emailInput = z
  .string()
  .trim()
  .max(254)
  .pipe(z.email({ abort: true }).regex(/^[^@]{1,64}@/, { error: 'must have at most 64 characters before the @' }));

/** An international number, however it is punctuated. Kept as E.164, such as +12025550123. */
export const phoneInput = z
  .string()
  .trim()
  .min(1)
  .max(50)
  .transform((text, context) => {
    const normalized = normalizedPhone(text);
    if (normalized !== null) return normalized;
    context.addIssue({ code: 'custom', message: phoneError });
    return z.NEVER;
  });

const error = 'must be an RFC 3339 time with its offset, between 1970 and 9999, such as 2026-01-31T12:00:00Z';
const [earliestMs, latestMs] = [0, Date.parse('9999-12-31T23:59:59.999Z')];

/** An instant. Comes out in UTC with milliseconds; what is finer is cut off. */
export const instantInput = z.iso
  .datetime({ offset: true, error })
  .refine((text) => Date.parse(text) >= earliestMs && Date.parse(text) <= latestMs, { error })
  .transform((text) => new Date(text).toISOString());

/**
 * The public id of another object. Any string will do here: one that is malformed is answered as one that does not
 * exist.
 */
export const referenceInput = z.string();

/** For `refine`: a patch changes something. */
export const isNotEmpty = (patch: object) => Object.keys(patch).length > 0;
export const emptyPatchError = { error: 'must name at least one field' };
