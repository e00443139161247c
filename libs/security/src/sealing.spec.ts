import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import vectors from './golden-vectors.json' with { type: 'json' };
import { type SealingFailure, SealingError, SealingKeyring } from './sealing.js';

const newKey = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
const keys = SealingKeyring.parse(newKey('2026a'));
const context = 'user_totp_factors:secret:usr_1';

function failure(open: () => unknown): SealingFailure | undefined {
  try {
    open();
    return undefined;
  } catch (error) {
    if (error instanceof SealingError) return error.reason;
    throw error;
  }
}

describe('SealingKeyring', () => {
  it('opens what it sealed, in the place that it was sealed for', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.string(), (plaintext, place) => {
        expect(keys.open(keys.seal(plaintext, place), place)).toEqual(Buffer.from(plaintext));
      }),
    );
    expect(keys.open(keys.seal('JBSWY3DP ü', context), context).toString()).toBe('JBSWY3DP ü');
  });

  it('opens a text sealed elsewhere by AES-256-GCM', () => {
    const { keyring, keyId, sealedHex, plaintext, context: place } = vectors.sealing;
    const sealed = Buffer.from(sealedHex, 'hex');
    expect(SealingKeyring.parse(keyring).open({ keyId, sealed }, place).toString()).toBe(plaintext);
  });

  it('seals the same text differently every time, 29 bytes longer than it was', () => {
    const [one, other] = [keys.seal('secret', context), keys.seal('secret', context)];
    expect(one.sealed).not.toEqual(other.sealed);
    expect(one.sealed).toHaveLength(29 + 6);
    expect(one.sealed.toString('latin1')).not.toContain('secret');
  });

  it('refuses a text moved to another place', () => {
    const sealed = keys.seal('secret', context);
    for (const place of ['user_totp_factors:secret:usr_2', '', `${context} `]) {
      expect(failure(() => keys.open(sealed, place))).toBe('not_authentic');
    }
  });

  it('refuses a text with any one bit changed', () => {
    const { keyId, sealed } = keys.seal('secret', context);
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const altered = Buffer.from(sealed);
      altered.writeUInt8(altered.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(failure(() => keys.open({ keyId, sealed: altered }, context))).toBe(
        bit < 8 ? 'malformed' : 'not_authentic',
      );
    }
  });

  it('refuses a text cut to any length, one whose tag has 4 bytes left included', () => {
    const { keyId, sealed } = keys.seal('secret', context);
    for (let length = 0; length < sealed.length; length += 1) {
      const expected = length < 29 ? 'malformed' : 'not_authentic';
      expect(failure(() => keys.open({ keyId, sealed: sealed.subarray(0, length) }, context))).toBe(expected);
    }
  });

  it('refuses a key id that is not configured, and a key that is not the one', () => {
    const { sealed } = keys.seal('secret', context);
    expect(failure(() => keys.open({ keyId: '2024z', sealed }, context))).toBe('unknown_key');
    const others = SealingKeyring.parse(newKey('2026a'));
    expect(failure(() => others.open({ keyId: '2026a', sealed }, context))).toBe('not_authentic');
  });

  it('seals under the first key and still opens what the others sealed', () => {
    const [oldKey, currentKey] = [newKey('old'), newKey('new')];
    const rotated = SealingKeyring.parse(`${currentKey},${oldKey}`);
    expect(rotated.seal('secret', context).keyId).toBe('new');
    expect(rotated.open(SealingKeyring.parse(oldKey).seal('secret', context), context).toString()).toBe('secret');
  });

  it.each([16, 31, 33])('refuses a key of %i bytes', (size) => {
    expect(() => SealingKeyring.parse(`a:${Buffer.alloc(size).toString('base64')}`)).toThrow(
      `has ${size} bytes, expected 32`,
    );
  });
});
