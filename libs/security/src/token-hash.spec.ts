import { describe, expect, it } from 'vitest';
import vectors from './golden-vectors.json' with { type: 'json' };
import { KeyringError } from './keyring.js';
import { PepperKeyring } from './token-hash.js';

const { keyring, vectors: hashes } = vectors.tokenHashes;
const peppers = PepperKeyring.parse(keyring);

describe('PepperKeyring', () => {
  it.each(hashes)('hashes "$secret" to the HMAC computed elsewhere', ({ secret, hashes: expected }) => {
    const [current] = expected;
    const { keyId, hash } = peppers.hash(secret);
    expect({ keyId, hex: hash.toString('hex') }).toEqual(current);
    expect(peppers.candidates(secret).map((each) => each.toString('hex'))).toEqual(expected.map(({ hex }) => hex));
  });

  it('still finds a token after its pepper was rotated, and no longer once that pepper is gone', () => {
    const [oldEntry = '', newEntry = ''] = keyring.split(',');
    const stored = PepperKeyring.parse(oldEntry).hash('secret').hash;
    const isFound = (text: string) =>
      PepperKeyring.parse(text)
        .candidates('secret')
        .some((each) => each.equals(stored));
    expect(isFound(`${newEntry},${oldEntry}`)).toBe(true);
    expect(isFound(newEntry)).toBe(false);
  });

  it('refuses a pepper below 32 bytes', () => {
    expect(() => PepperKeyring.parse(`a:${Buffer.alloc(31).toString('base64')}`)).toThrow(KeyringError);
  });

  it('does not show its keys when printed or serialised', () => {
    const key = Buffer.alloc(32, 7);
    const printed = JSON.stringify(PepperKeyring.parse(`a:${key.toString('base64')}`));
    expect(printed).not.toContain(key.toString('base64'));
    expect(printed).not.toContain('7,7,7');
  });
});
