/**
 * Invariant: a checkpoint is valid only if one of our keys signed exactly this point of exactly this workspace's chain.
 *
 * The signature is Ed25519 (RFC 8032) over `calkeep-audit-checkpoint-v1:` and the canonical JSON (RFC 8785) of
 * `{ workspaceId, seq, hash, createdAt }`, in UTF-8. Keys are published as JWKs (RFC 8037), so that anybody can check.
 */
import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { canonicalJson } from './canonical-json.js';
import { parseKeyring, type Keyring } from './keyring.js';

/** Says that at `createdAt` the chain of this workspace had reached this entry. */
export interface Checkpoint {
  /** Public id. */
  readonly workspaceId: string;
  readonly seq: number;
  /** Of the entry, in lower-case hex. */
  readonly hash: string;
  /** RFC 3339 in UTC with milliseconds. */
  readonly createdAt: string;
}

export interface SignedCheckpoint extends Checkpoint {
  readonly keyId: string;
  /** 64 bytes in base64url without padding. */
  readonly signature: string;
}

/** RFC 8037 section 2. */
export interface AuditPublicKey {
  readonly kid: string;
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  /** The key's 32 bytes in base64url without padding. */
  readonly x: string;
  readonly use: 'sig';
  readonly alg: 'EdDSA';
}

export type CheckpointStatus = 'valid' | 'unknown_key' | 'forged';

const seedBytes = 32;
/** What stands before the seed in PKCS #8 (RFC 8410 section 7). */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');

/** Signs under the current key; publishes the former ones too, as what they signed is still about. */
export class CheckpointSigner {
  private constructor(private readonly keyring: Keyring) {}

  /**
   * `2026a:<base64>,2025b:<base64>` of 32 bytes each, the seeds of RFC 8032; the first signs.
   * @throws KeyringError
   */
  static parse(text: string): CheckpointSigner {
    const requirement = { name: 'audit signing key', bytesMin: seedBytes, bytesMax: seedBytes };
    return new CheckpointSigner(parseKeyring(text, requirement));
  }

  /** @throws TypeError for what is no checkpoint, such as a hash in upper case */
  sign({ workspaceId, seq, hash, createdAt }: Checkpoint): SignedCheckpoint {
    const checkpoint = { workspaceId, seq, hash, createdAt };
    if (!isWellFormed(checkpoint)) throw new TypeError('not a point of an audit chain');
    const { id, key } = this.keyring.current;
    const signature = sign(null, signedText(checkpoint), toPrivateKey(key)).toString('base64url');
    return { ...checkpoint, keyId: id, signature };
  }

  /** The current key first. */
  publicKeys(): AuditPublicKey[] {
    return this.keyring.entries.map(({ id, key }) => toJwk(id, toPrivateKey(key)));
  }
}

/** @param publicKeys trusted. @throws Error when the key that is named is not an Ed25519 key */
export function verifyCheckpoint(
  checkpoint: SignedCheckpoint,
  publicKeys: readonly AuditPublicKey[],
): CheckpointStatus {
  const jwk = publicKeys.find(({ kid }) => kid === checkpoint.keyId);
  if (!jwk) return 'unknown_key';
  const signature = Buffer.from(checkpoint.signature, 'base64url');
  const isOneSpelling = signature.toString('base64url') === checkpoint.signature;
  if (!isWellFormed(checkpoint) || !isOneSpelling) return 'forged';
  const key = createPublicKey({ key: { ...jwk }, format: 'jwk' });
  return verify(null, signedText(checkpoint), key, signature) ? 'valid' : 'forged';
}

function signedText({ workspaceId, seq, hash, createdAt }: Checkpoint): Buffer {
  return Buffer.from(`calkeep-audit-checkpoint-v1:${canonicalJson({ workspaceId, seq, hash, createdAt })}`);
}

function isWellFormed({ workspaceId, seq, hash, createdAt }: Checkpoint): boolean {
  const isPoint = Number.isSafeInteger(seq) && seq >= 0 && /^[0-9a-f]{64}$/.test(hash);
  return isPoint && workspaceId.isWellFormed() && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(createdAt);
}

function toPrivateKey(seed: KeyObject): KeyObject {
  return createPrivateKey({ key: Buffer.concat([pkcs8Prefix, seed.export()]), format: 'der', type: 'pkcs8' });
}

function toJwk(kid: string, privateKey: KeyObject): AuditPublicKey {
  // A SubjectPublicKeyInfo ends in the key's 32 bytes (RFC 8410 section 4).
  const x = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64url');
  return { kid, kty: 'OKP', crv: 'Ed25519', x, use: 'sig', alg: 'EdDSA' };
}
