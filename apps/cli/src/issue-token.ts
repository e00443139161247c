import { newUuid, toPublicId } from '@calkeep/contract';
import { parseApiToken, type PepperKeyring } from '@calkeep/security';
import type pg from 'pg';
import { insertRows } from './insert-rows.js';
import { tellAuditLog } from './tell-audit-log.js';

export interface TokenToIssue {
  workspaceId: string;
  /** A minted one. */
  secret: string;
  label: string;
  scopes: readonly string[];
  /** Of its issuer; null when an operator issues it. */
  createdBy: string | null;
  /** Requests a minute, in the place of what the plan says. */
  quotaPerMinute?: number;
}

const displayPrefixLength = 12;

/** Stores a token of which only this process knows the secret, and tells the audit log; the workspace's context is the caller's. */
export async function issueToken(client: pg.Client, peppers: PepperKeyring, token: TokenToIssue): Promise<void> {
  const parsed = parseApiToken(token.secret);
  if (parsed === null) throw new TypeError('not a minted token');
  const id = newUuid();
  const displayPrefix = token.secret.slice(0, displayPrefixLength);
  const { label, scopes } = token;
  const { mode } = parsed;
  await insertRows(client, 'api_tokens', [
    {
      workspace_id: token.workspaceId,
      id,
      lineage_id: id,
      label,
      display_prefix: displayPrefix,
      mode,
      scopes,
      quota: token.quotaPerMinute ?? null,
      quota_window_seconds: token.quotaPerMinute === undefined ? null : 60,
      created_by: token.createdBy,
    },
  ]);
  const { keyId, hash } = peppers.hash(token.secret);
  await client.query(
    'insert into api_token_hashes (token_hash, key_id, workspace_id, token_id) values ($1, $2, $3, $4)',
    [hash, keyId, token.workspaceId, id],
  );
  await tellAuditLog(client, token.workspaceId, {
    action: 'API_TOKEN_ISSUED',
    target: { type: 'api_token', id: toPublicId('apiToken', id) },
    payload: { displayPrefix, scopes, label, mode, ipAllowlist: [], expiresAt: null, mfa: null },
  });
}
