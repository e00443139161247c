/**
 * Invariant: what was sealed opens only whole, unaltered, under its own key and in the place that it was sealed for.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { type Keyring, parseKeyring } from './keyring.js';

export interface Sealed {
  readonly keyId: string;
  /** Version (1 byte) + initialisation vector (12) + ciphertext (as long as the plaintext) + tag (16). */
  readonly sealed: Buffer;
}

export type SealingFailure = 'unknown_key' | 'malformed' | 'not_authentic';

/** The message holds neither key, context nor content. */
export class SealingError extends Error {
  override readonly name = 'SealingError';

  constructor(
    readonly reason: SealingFailure,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

const algorithm = 'aes-256-gcm';
const version = 1;
const ivBytes = 12;
/** Has to be said both ways: left to itself, Node opens a text whose tag was cut to 4 bytes. */
const authTagLength = 16;
const overheadBytes = 1 + ivBytes + authTagLength;

/**
 * AES-256-GCM (NIST SP 800-38D) for secrets that must be read again, such as TOTP secrets. Vectors are random, so a key
 * should be rotated before 2 ** 32 sealings (section 8.3).
 *
 * The context says where the sealed text belongs, e.g. `user_totp_factors:secret:<user id>`; it is authenticated, not stored.
 */
export class SealingKeyring {
  private constructor(private readonly keyring: Keyring) {}

  /**
   * `2026a:<base64>,2025b:<base64>` of 32 bytes each; the first seals, all open.
   * @throws KeyringError
   */
  static parse(text: string): SealingKeyring {
    return new SealingKeyring(parseKeyring(text, { name: 'sealing key', bytesMin: 32, bytesMax: 32 }));
  }

  seal(plaintext: string | Uint8Array, context: string): Sealed {
    const { id, key } = this.keyring.current;
    const header = Buffer.from([version]);
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv(algorithm, key, iv, { authTagLength });
    cipher.setAAD(associatedData(header, context));
    const ciphertext = [cipher.update(Buffer.from(plaintext)), cipher.final()];
    return { keyId: id, sealed: Buffer.concat([header, iv, ...ciphertext, cipher.getAuthTag()]) };
  }

  /** The plaintext. @throws SealingError */
  open({ keyId, sealed }: Sealed, context: string): Buffer {
    const entry = this.keyring.entries.find(({ id }) => id === keyId);
    if (!entry) throw new SealingError('unknown_key', 'sealed under a key that is not configured');
    if (sealed.length < overheadBytes || sealed[0] !== version) {
      throw new SealingError('malformed', 'not a sealed text of a known version');
    }
    const decipher = createDecipheriv(algorithm, entry.key, sealed.subarray(1, 1 + ivBytes), { authTagLength });
    decipher.setAAD(associatedData(sealed.subarray(0, 1), context));
    decipher.setAuthTag(sealed.subarray(-authTagLength));
    const plaintext = decipher.update(sealed.subarray(1 + ivBytes, -authTagLength));
    try {
      return Buffer.concat([plaintext, decipher.final()]);
    } catch (cause) {
      throw new SealingError('not_authentic', 'altered, or sealed for another place', { cause });
    }
  }
}

function associatedData(header: Uint8Array, context: string): Buffer {
  return Buffer.concat([header, Buffer.from(context)]);
}
