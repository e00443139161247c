import { z } from 'zod';
import { idPrefixes, type IdKind } from './ids.js';

/** An RFC 3339 instant in UTC with milliseconds. */
export const instant = z.iso.datetime({ precision: 3 });

export function publicId(kind: IdKind) {
  return z.string().regex(new RegExp(`^${idPrefixes[kind]}_[0-7][0-9a-hjkmnp-tv-z]{25}$`));
}
