import { toPublicId, type Passkey } from '@calkeep/contract';
import type { StoredPasskey } from './passkeys.repository.js';

/** A passkey as the contract has it. */
export function describePasskey({ id, label, isBackedUp, createdAt, lastUsedAt }: StoredPasskey): Passkey {
  return {
    id: toPublicId('passkey', id),
    label,
    isBackedUp,
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
  };
}
