import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mintApiToken, parseApiToken, tokenFormat, type TokenMode } from './api-token.js';
import { base62Alphabet } from './base62.js';
import vectors from './golden-vectors.json' with { type: 'json' };

const mode = fc.constantFrom<TokenMode>('live', 'test');
const bytes = fc.uint8Array({ minLength: 36, maxLength: 36, max: 247 });
const minted = fc.record({ mode, bytes }).map((given) => mintApiToken(given.mode, () => given.bytes).secret);
const position = fc.nat({ max: 49 });

function replaced(text: string, index: number, character: string): string {
  return text.slice(0, index) + character + text.slice(index + 1);
}

describe('mintApiToken', () => {
  it('makes tokens that parse as what they were minted for', () => {
    fc.assert(
      fc.property(mode, bytes, (wanted, random) => {
        const { secret } = mintApiToken(wanted, () => random);
        expect(parseApiToken(secret)).toEqual({ mode: wanted, secret });
        expect(secret).toMatch(new RegExp(tokenFormat.pattern));
      }),
    );
  });

  it('shows no more of the secret than its mode and 4 random characters', () => {
    const { secret, displayPrefix } = mintApiToken('live');
    expect(displayPrefix).toBe(secret.slice(0, 12));
    expect(displayPrefix).toMatch(/^ck_live_[0-9A-Za-z]{4}$/);
  });

  it('never makes the same token twice', () => {
    const secrets = Array.from({ length: 1000 }, () => mintApiToken('test').secret);
    expect(new Set(secrets).size).toBe(1000);
  });
});

describe('parseApiToken', () => {
  it.each(vectors.tokens)(
    'accepts $secret, whose checksum was computed elsewhere',
    ({ secret, mode, displayPrefix }) => {
      expect(parseApiToken(secret)).toEqual({ mode, secret });
      expect(secret.startsWith(displayPrefix)).toBe(true);
    },
  );

  it('refuses a token with any one character changed', () => {
    fc.assert(
      fc.property(minted, position, fc.constantFrom(...base62Alphabet, '_', '-', 'é'), (secret, index, character) => {
        fc.pre(secret[index] !== character);
        expect(parseApiToken(replaced(secret, index, character))).toBeNull();
      }),
      { numRuns: 1000 },
    );
  });

  it('refuses a token with two neighbouring characters swapped', () => {
    fc.assert(
      fc.property(minted, fc.nat({ max: 48 }), (secret, index) => {
        const [one = '', other = ''] = secret.slice(index, index + 2);
        fc.pre(one !== other);
        expect(parseApiToken(replaced(replaced(secret, index, other), index + 1, one))).toBeNull();
      }),
    );
  });

  it('refuses a token of one mode presented as the other', () => {
    fc.assert(
      fc.property(minted, (secret) => {
        const other = secret.startsWith('ck_live_') ? 'ck_test_' : 'ck_live_';
        expect(parseApiToken(other + secret.slice(8))).toBeNull();
      }),
    );
  });

  it('refuses a token that is cut, lengthened or wrapped in white space', () => {
    const { secret } = mintApiToken('live');
    for (const text of [
      '',
      secret.slice(1),
      secret.slice(0, -1),
      `${secret}0`,
      ` ${secret}`,
      `${secret}\n`,
      `${secret} `,
    ]) {
      expect(parseApiToken(text)).toBeNull();
    }
    expect(parseApiToken(`${secret.slice(0, -1)}\n`)).toBeNull();
  });

  it('refuses a true checksum over a prefix that is not ours', () => {
    expect(parseApiToken('ck_prod_0000000000000000000000000000000000001kbbjB')).toBeNull();
  });

  it('refuses arbitrary text without throwing', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.string({ unit: 'binary', minLength: 50, maxLength: 50 }),
      fc.stringMatching(/^ck_(live|test)_[0-9A-Za-z]{42}$/),
    );
    fc.assert(
      fc.property(text, (given) => {
        expect(parseApiToken(given)).toBeNull();
      }),
    );
  });
});

describe('tokenFormat', () => {
  it('describes its own example', () => {
    expect(parseApiToken(tokenFormat.example)).toEqual({ mode: 'test', secret: tokenFormat.example });
    expect(tokenFormat.example).toHaveLength(tokenFormat.length);
  });

  it('can be published as JSON', () => {
    expect(JSON.parse(JSON.stringify(tokenFormat))).toEqual(tokenFormat);
  });
});
