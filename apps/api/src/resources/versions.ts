import { AppError } from '@calkeep/platform';
import type { Preconditions } from '../http/preconditions.js';
import { foundOne } from './found.js';

/** An object as JSON text, and the version of the row that it was made of. */
export interface Version {
  readonly item: string;
  readonly version: string;
}

/**
 * The version that a change must find, for the caller's conditions to hold; `null` if it may find any. The change
 * compares it in its own statement, so nothing can come in between.
 * @throws AppError `precondition_failed`, `not_found`.
 */
export async function versionToChange(
  name: string,
  preconditions: Preconditions,
  find: () => Promise<Version | null>,
): Promise<string | null> {
  if (!preconditions.nameRepresentations) return null;
  const found = await find();
  if (!found) throw new AppError('not_found');
  preconditions.refuse(foundOne(name, found.item));
  return found.version;
}
