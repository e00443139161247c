import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyringError, parseKeyring } from './keyring.js';

const requirement = { name: 'pepper', bytesMin: 32, bytesMax: 64 };
const one = Buffer.alloc(32, 1).toString('base64');
const other = Buffer.alloc(32, 2).toString('base64');

function parse(text: string) {
  return parseKeyring(text, requirement);
}

describe('parseKeyring', () => {
  it('keeps the order, the first key being current', () => {
    const { current, entries } = parse(`2026a:${one},2025b:${other}`);
    expect(entries.map(({ id }) => id)).toEqual(['2026a', '2025b']);
    expect(current).toBe(entries[0]);
    expect(current.key.export()).toEqual(Buffer.alloc(32, 1));
  });

  it('forgives white space around entries, as a secret file ends with a line feed', () => {
    expect(parse(` a:${one},\n b:${other}\n`).entries).toHaveLength(2);
  });

  it.each([
    ['nothing', '', /^pepper 1: expected <id>:<base64>$/],
    ['a key without an id', one, /^pepper 1: expected/],
    ['an entry left empty', `a:${one},`, /^pepper 2: expected/],
    ['an empty id', `:${one}`, /^pepper 1: the id must be/],
    ['a key in the place of the id', `${one}:a`, /^pepper 1: the id must be/],
    [
      'a key one byte short',
      `a:${Buffer.alloc(31).toString('base64')}`,
      /^pepper 1: the key has 31 bytes, expected 32 to 64$/,
    ],
    ['a key one byte long', `a:${Buffer.alloc(65).toString('base64')}`, /^pepper 1: the key has 65 bytes/],
    [
      'a key that is not base64',
      'a:correct horse battery staple correct horse',
      /^pepper 1: .* not standard, padded base64$/,
    ],
    ['a key without its padding', `a:${one.replace('=', '')}`, /not standard, padded base64$/],
    [
      'one id twice',
      `a:${one},b:${other},a:${Buffer.alloc(32, 3).toString('base64')}`,
      /^pepper 3 repeats .* of pepper 1$/,
    ],
    ['one key twice', `a:${one},b:${one}`, /^pepper 2 repeats the id or the key of pepper 1$/],
  ])('refuses %s', (_, text, message) => {
    expect(() => parse(text)).toThrow(KeyringError);
    expect(() => parse(text)).toThrow(message);
  });

  it('says nothing of a key in any error', () => {
    const key = randomBytes(32);
    const spelling = fc
      .constantFrom<BufferEncoding>('base64', 'base64url', 'hex')
      .map((encoding) => key.toString(encoding));
    const broken = fc.tuple(
      spelling,
      fc.constantFrom('a:', ':', '', 'a::', ','),
      fc.constantFrom('', ':a', ',', '=', 'é'),
    );
    fc.assert(
      fc.property(broken, ([secret, before, after]) => {
        expect(messageOf(`${before}${secret}${after}`)).not.toContain(secret.slice(4, 12));
        expect(messageOf(`ok:${one},${before}${secret}${after}`)).not.toContain(secret.slice(4, 12));
      }),
    );
  });
});

function messageOf(text: string): string {
  try {
    parse(text);
    return '';
  } catch (error) {
    return String(error);
  }
}
