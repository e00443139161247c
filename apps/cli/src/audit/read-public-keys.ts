import type { AuditPublicKey } from '@calkeep/security';
import { z } from 'zod';
import { CliError } from '../cli-error.js';
import { parseJson, readTextFile } from '../read-json-file.js';
import { withReason } from '../with-reason.js';

const keySet = z.object({ keys: z.array(z.unknown()) });

/** Whatever else a key says of itself is not needed to check a signature. */
const publicKey = z
  .object({
    kid: z.string(),
    kty: z.literal('OKP'),
    crv: z.literal('Ed25519'),
    // 32 bytes; the last of the 43 characters carries four bits.
    x: z.string().regex(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/),
  })
  .transform(({ kid, kty, crv, x }): AuditPublicKey => ({ kid, kty, crv, x, use: 'sig', alg: 'EdDSA' }));

/**
 * The Ed25519 keys of a JWK Set (RFC 7517 section 5, which has keys of other kinds passed over), as it is published at
 * `/.well-known/audit-checkpoint-keys.json`.
 * @throws CliError when there are none
 */
export async function readPublicKeys(file: string): Promise<AuditPublicKey[]> {
  const text = await withReason(`${file} cannot be read`, readTextFile(file));
  if (text === null) throw new CliError(`${file} is not there`);
  const keys = parseJson(text, keySet)?.keys.flatMap((key) => publicKey.safeParse(key).data ?? []) ?? [];
  if (keys.length === 0) {
    throw new CliError(`${file} holds no Ed25519 keys: expected { "keys": [...] }, as the server publishes them`);
  }
  return keys;
}
