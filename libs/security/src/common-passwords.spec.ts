import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isListedPassword } from './common-passwords.js';

const lines = readFileSync(new URL('../data/common-passwords.txt', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n');

describe('isListedPassword', () => {
  it('knows every line of the list, from the first to the last', () => {
    expect(lines.length).toBeGreaterThan(49_000);
    expect(lines.filter((line) => !isListedPassword(line))).toEqual([]);
  });

  it('knows runs over alphabet, digits and keyboard in either direction, which the list leaves out', () => {
    for (const run of [
      'abcdefghijkl',
      'zyxwvutsrqpo',
      '890123456789',
      'qwertyuiopas',
      'vcxzlkjhgfds',
      '1qaz2wsx3edc',
    ]) {
      expect(isListedPassword(run)).toBe(true);
    }
  });

  it('knows nothing else, the empty text and pieces of a run included', () => {
    for (const text of ['', 'fghij', 'correct horse battery', 'sunshi', '# '])
      expect(isListedPassword(text)).toBe(false);
  });
});

describe('the list', () => {
  it('is in lower case and NFKC, sorted, each password once', () => {
    expect(lines).toEqual([...new Set(lines.map((line) => line.normalize('NFKC').toLowerCase()))].sort());
  });
});
