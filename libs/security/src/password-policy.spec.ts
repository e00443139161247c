import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { passwordProblem } from './password-policy.js';
import { randomPassword } from './random-credential.js';

/** Good characters, none of which repeats soon: only its length can be wrong. */
function ofLength(length: number): string {
  return Array.from({ length }, (_, index) => String.fromCodePoint(0x4e00 + ((index * index * 7) % 9001))).join('');
}

describe('the length of a password', () => {
  it('is 12 to 128 characters, both included', () => {
    expect(passwordProblem('')).toBe('too_short');
    expect(passwordProblem(ofLength(11))).toBe('too_short');
    expect(passwordProblem(ofLength(12))).toBeNull();
    expect(passwordProblem(ofLength(128))).toBeNull();
    expect(passwordProblem(ofLength(129))).toBe('too_long');
  });

  it('counts code points, not UTF-16 units', () => {
    const animals = ['🐀', '🐂', '🐅', '🐇', '🐉', '🐍', '🐎', '🐐', '🐒', '🐓', '🐕'];
    expect(passwordProblem(animals.join(''))).toBe('too_short');
    expect(passwordProblem([...animals, '🐖'].join(''))).toBeNull();
    const astral = (length: number) =>
      Array.from(ofLength(length), (_, at) => String.fromCodePoint(0x20000 + at)).join('');
    expect(passwordProblem(astral(128))).toBeNull();
    expect(passwordProblem(astral(129))).toBe('too_long');
  });

  it('is that of the form which is hashed, NFKC', () => {
    // 12 code points as typed, 11 when composed.
    expect(passwordProblem('cafe\u0301 xvqzjw')).toBe('too_short');
    // 11 code points as typed, 12 with the ligature taken apart.
    expect(passwordProblem('\ufb01ve gulps z')).toBeNull();
    // One code point that NFKC makes 18 of.
    expect(passwordProblem(`${ofLength(111)}\ufdfa`)).toBe('too_long');
    expect(passwordProblem(`${ofLength(110)}\ufdfa`)).toBeNull();
  });
});

describe('a common password', () => {
  it('is one of the list', () => {
    for (const password of ['leavemealone', 'qwerty123456', '123456789987654321']) {
      expect(passwordProblem(password)).toBe('common');
    }
  });

  it('is one of the list in other letter case or in compatibility characters', () => {
    expect(passwordProblem('LeaveMeAlone')).toBe('common');
    expect(passwordProblem('ｌｅａｖｅｍｅａｌｏｎｅ')).toBe('common');
  });

  it('is a listed one with digits and signs around it, no more of them than it is long', () => {
    for (const password of [
      'password1234',
      'Password2024!',
      '2026!!Welcome',
      '!!sunshine!!',
      '1234567890123',
      'sunshine73829164',
    ]) {
      expect(passwordProblem(password)).toBe('common');
    }
    expect(passwordProblem('sunshine738291645')).toBeNull();
    expect(passwordProblem('sunshine at six')).toBeNull();
  });

  it('is a listed one twice, or anything three times', () => {
    for (const password of ['sunshinesunshine', 'aaaaaaaaaaaa', 'abababababab', 'xkqvxkqvxkqv']) {
      expect(passwordProblem(password)).toBe('common');
    }
    expect(passwordProblem('xkqvzwxkqvzw')).toBeNull();
  });

  it('is a run over alphabet, digits or keyboard', () => {
    for (const password of ['abcdefghijkl', '098765432109', 'qwertyuiopas', 'Abcdefghijkl1']) {
      expect(passwordProblem(password)).toBe('common');
    }
  });

  it('is the name of the product, padded or repeated', () => {
    for (const password of ['CalKeepCalKeep', 'cal-keep-2026', 'calkeep738291645019']) {
      expect(passwordProblem(password)).toBe('common');
    }
    expect(passwordProblem('calkeep is on the wall')).toBeNull();
  });

  it('is the e-mail address, its local part or the name of its owner, padded or repeated', () => {
    const owner = { email: 'Zofia.Quill@acme.test', name: 'Zofia Anna Quill' };
    for (const password of [
      'zofia.quill@acme.test',
      'zofia.quill1',
      '2026-Zofia-Quill',
      'zofiaquillzofiaquill',
      'zofia anna quill',
    ]) {
      expect(passwordProblem(password, owner)).toBe('common');
      expect(passwordProblem(password)).toBeNull();
    }
    expect(passwordProblem('zofia likes quills', owner)).toBeNull();
  });

  it('is not told by names of less than three letters, nor by none', () => {
    for (const email of ['q@acme.test', 'qx@acme.test', '738291@acme.test', '', '@', 'qzv']) {
      for (const name of ['', 'Q', '太', '42']) {
        expect(passwordProblem('qx738291645026', { email, name })).toBeNull();
        expect(passwordProblem('738291645026', { email, name })).toBeNull();
      }
    }
  });
});

describe('a good password', () => {
  it('may be of any characters: words, digits alone, signs alone, another script', () => {
    for (const password of [
      'correct horse battery',
      '738291645026',
      '!?-_+*~#;:<>',
      'пять синих слонов',
      'purple monkey dishwasher',
    ]) {
      expect(passwordProblem(password)).toBeNull();
    }
  });

  it('is whatever randomPassword makes', () => {
    for (let round = 0; round < 1000; round += 1) expect(passwordProblem(randomPassword())).toBeNull();
  });
});

describe('passwordProblem', () => {
  it('answers for any text and any owner', () => {
    const text = fc.string({ unit: 'binary', maxLength: 200 });
    fc.assert(
      fc.property(text, text, text, (password, email, name) => {
        expect([null, 'too_short', 'too_long', 'common']).toContain(passwordProblem(password, { email, name }));
      }),
    );
  });
});
