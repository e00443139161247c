import { toPublicId } from '@calkeep/contract';
import type { AuditEntry } from '../audit-log/audit-trail.js';
import type { Session } from '../http/session.js';

type Payload = AuditEntry['payload'];

/** An entry about a token, with what every such entry says of it. */
export function tokenEntry(
  { actor, action }: Pick<AuditEntry, 'actor' | 'action'>,
  token: { readonly id: string; readonly displayPrefix: string; readonly scopes: readonly string[] },
  payload: Payload,
): AuditEntry {
  const target = { type: 'api_token', id: toPublicId('apiToken', token.id) } as const;
  return { actor, action, target, payload: { displayPrefix: token.displayPrefix, scopes: token.scopes, ...payload } };
}

/** How, and how long before, the second factor was proven; `null` in a session in which it was not. */
export function mfaOf({ mfa }: Session): { method: string; ageSeconds: number } | null {
  return mfa && { method: mfa.method, ageSeconds: Math.floor(mfa.ageMs / 1000) };
}
