/**
 * Invariant: what is stored of a token is useless without a pepper, and a pepper is never in the database.
 */
import { createHmac, type KeyObject } from 'node:crypto';
import { type Keyring, parseKeyring } from './keyring.js';

export interface PepperedHash {
  readonly keyId: string;
  /** HMAC-SHA-256, 32 bytes. */
  readonly hash: Buffer;
}

/**
 * HMAC-SHA-256 (RFC 2104) of credentials with enough entropy of their own, under peppers that rotate without re-issuing:
 * new hashes are made under the first pepper, old ones still match until their pepper is taken out of the configuration.
 */
export class PepperKeyring {
  private constructor(private readonly keyring: Keyring) {}

  /**
   * `2026a:<base64>,2025b:<base64>`, the first being current; a pepper has 32 to 64 bytes (a longer one HMAC would hash
   * down to 32).
   * @throws KeyringError
   */
  static parse(text: string): PepperKeyring {
    return new PepperKeyring(parseKeyring(text, { name: 'pepper', bytesMin: 32, bytesMax: 64 }));
  }

  hash(secret: string): PepperedHash {
    const { id, key } = this.keyring.current;
    return { keyId: id, hash: hmac(key, secret) };
  }

  /** Under which hashes the secret may be stored: one a pepper, the current one first. */
  candidates(secret: string): Buffer[] {
    return this.keyring.entries.map(({ key }) => hmac(key, secret));
  }
}

function hmac(key: KeyObject, secret: string): Buffer {
  return createHmac('sha256', key).update(secret).digest();
}
