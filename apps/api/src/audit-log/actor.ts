import { toPublicId } from '@calkeep/contract';
import type { Actor } from '@calkeep/database';
import { inetOf } from '../http/caller-address.js';
import type { Caller } from '../http/credential-resolver.js';

export type { Actor };

/** A person who acts from where the request comes from. */
export function personAt(user: { readonly id: string; readonly name: string }, caller: Caller): Actor {
  return { type: 'user', id: toPublicId('user', user.id), name: user.name, ...placeOf(caller) };
}

/** The server itself, asked by this request. */
export function systemAt(name: string, caller: Caller): Actor {
  return { type: 'system', id: null, name, ...placeOf(caller) };
}

/** What the audit log keeps of where a request came from. */
export function placeOf({ address, userAgent, requestId, clientRequestId }: Caller) {
  return { ip: inetOf(address), userAgent, requestId, clientRequestId };
}
