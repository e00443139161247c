import { AppError } from '@calkeep/platform';

/** Visible ASCII, spaces within included. */
const printable = /^[\x20-\x7e]{1,255}$/;
/** A string of a structured field (RFC 8941, section 3.3.3): quotes and backslashes are escaped, and nothing else. */
const quoted = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/;

/**
 * The key in the values of the header `Idempotency-Key`, bare or as the string that
 * draft-ietf-httpapi-idempotency-key-header asks for: `"abc"` and `abc` are one key.
 * @throws AppError `invalid_request`
 */
export function parseIdempotencyKey(values: readonly string[]): string {
  const [value = ''] = values;
  const text = value.trim();
  const key = text.startsWith('"') ? quoted.exec(text)?.[1]?.replaceAll(/\\(.)/g, '$1') : text;
  if (values.length === 1 && key !== undefined && printable.test(key)) return key;
  const message = 'The header Idempotency-Key must be 1 to 255 printable ASCII characters, given once.';
  throw new AppError('invalid_request', { message });
}
