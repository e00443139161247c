import { parsePublicId, type IdKind } from '@calkeep/contract';
import { violatedConstraint } from '@calkeep/database';
import { AppError } from '@calkeep/platform';

/** The UUID of an object that a body names, which the statement looks for. @throws AppError as `unknownReference`. */
export function referredUuid(kind: IdKind, path: string, text: string | null | undefined): string | null {
  if (text === null || text === undefined) return null;
  const uuid = parsePublicId(kind, text);
  if (uuid === null) throw unknownReference(path);
  return uuid;
}

/** The one answer to an id in a body that is malformed, of nothing, or another workspace's. */
export function unknownReference(path: string): AppError {
  const message = 'There is no such object in this workspace.';
  return new AppError('not_found', { message, details: [{ path, code: 'not_found', message }] });
}

/**
 * SQL for whether this workspace (`$1`) has the row that a parameter names, if it names one. Foreign keys say the same, but
 * by an error, and only they hold against a row that is being removed.
 */
export function isThere(table: 'contacts' | 'bookings' | 'tasks', parameter: `$${number}`): string {
  return `(${parameter}::uuid is null or exists (select from ${table} x where x.workspace_id = $1 and x.id = ${parameter}::uuid))`;
}

/** What `isThere` would have found, had it looked a moment later. */
export function isForeignKeyViolation(error: unknown): boolean {
  return violatedConstraint(error)?.endsWith('_fkey') === true;
}
