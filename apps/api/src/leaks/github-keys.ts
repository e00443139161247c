import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ConfigError } from '@calkeep/platform';
import { z } from 'zod';

/** Injection token; `null` where no keys are configured. */
export const GITHUB_KEYS = Symbol('GithubKeys');

/** As https://api.github.com/meta/public_keys/secret_scanning answers. */
const published = z.object({
  public_keys: z.array(z.object({ key_identifier: z.string().min(1), key: z.string() })).min(1),
});

/** The keys with which GitHub signs its secret scanning alerts: ECDSA on P-256 with SHA-256, signatures in DER. */
export class GithubKeys {
  readonly #keys: ReadonlyMap<string, KeyObject>;

  private constructor(keys: ReadonlyMap<string, KeyObject>) {
    this.#keys = keys;
  }

  /** @throws ConfigError for a file that is not there or not in GitHub's form. */
  static read(path: string): GithubKeys {
    try {
      const { public_keys: keys } = published.parse(JSON.parse(readFileSync(path, 'utf8')));
      return new GithubKeys(new Map(keys.map(({ key_identifier, key }) => [key_identifier, parseKey(key)])));
    } catch (cause) {
      const message = 'GITHUB_SECRET_SCANNING_KEYS_FILE: there is no file of public keys as GitHub publishes them.';
      throw new ConfigError(message, { cause });
    }
  }

  /** Whether one of these keys signed exactly these bytes. @param signature base64. */
  hasSigned(body: Buffer, { keyId, signature }: { keyId: string; signature: string }): boolean {
    const key = this.#keys.get(keyId);
    return key !== undefined && verify('sha256', body, key, Buffer.from(signature, 'base64'));
  }
}

function parseKey(pem: string): KeyObject {
  const key = createPublicKey(pem);
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw new TypeError('not a key on P-256');
  return key;
}
