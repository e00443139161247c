import { toPublicId } from '@calkeep/contract';
import type { AuditEntry } from '../audit-log/audit-trail.js';

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
