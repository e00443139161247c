import { hash, randomBytes } from 'node:crypto';

const secretBytes = 32;

/** What the cookie holds, and the only form of it that is stored. 256 random bits need no slow hash. */
export function newSessionSecret(): { secret: string; secretHash: Uint8Array<ArrayBuffer> } {
  const secret = randomBytes(secretBytes).toString('base64url');
  return { secret, secretHash: hashSessionSecret(secret) };
}

export function hashSessionSecret(secret: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hash('sha256', secret, 'buffer'));
}
