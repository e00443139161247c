import { AppError } from '@calkeep/platform';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseStrictJson } from './strict-json.js';

const nested = (levels: number) => '{"a":'.repeat(levels - 1) + '{}' + '}'.repeat(levels - 1);

describe('parseStrictJson', () => {
  it('reads whatever JSON says, as JSON.parse does', () => {
    const key = fc.string({ unit: 'grapheme' }).filter((text) => !/^(__proto__|constructor|prototype)$|\0/.test(text));
    const value = fc.jsonValue({ maxDepth: 8, stringUnit: 'grapheme' }).filter((json) => isHarmless(json));
    fc.assert(
      fc.property(fc.dictionary(key, value), (body) => {
        const text = JSON.stringify(body);
        expect(parseStrictJson(Buffer.from(text))).toEqual(JSON.parse(text));
      }),
    );
  });

  it('takes nesting of 32 levels and refuses 33', () => {
    expect(parseStrictJson(nested(32))).toBeTypeOf('object');
    expect(refusalOf(nested(33))).toMatch(/32/);
    expect(refusalOf(`{"a":${'['.repeat(32)}${']'.repeat(32)}}`)).toMatch(/32/);
  });

  it('takes 1,000 members and items in all, and refuses one more', () => {
    const body = (items: number) => JSON.stringify({ a: Array(items - 502).fill(0), b: Object.fromEntries(numbered) });
    const numbered = Array.from({ length: 500 }, (_, index) => [`k${index}`, 1]);
    expect(parseStrictJson(body(1_000))).toBeTypeOf('object');
    expect(refusalOf(body(1_001))).toMatch(/1000/);
    expect(parseStrictJson(`{"a":[${'{},'.repeat(900)}[ ]],"b":"${'[,{'.repeat(5_000)}\\\\"}`)).toBeTypeOf('object');
    expect(parseStrictJson(String.raw`{"a":"\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\"}`)).toBeTypeOf('object');
  });

  it.each([
    ['nothing', ''],
    ['null', 'null'],
    ['an array', '[]'],
    ['a string', '"a"'],
    ['a number', '1'],
    ['true', 'true'],
    ['two values', '{}{}'],
    ['a byte order mark', '\uFEFF{}'],
    ['a comment', '{/**/}'],
    ['single quotes', "{'a':1}"],
    ['a trailing comma', '{"a":1,}'],
    ['NaN', '{"a":NaN}'],
    ['text after the end', '{} x'],
    ['a raw control character in a string', '{"a":"\u0001"}'],
  ])('refuses %s', (_what, text) => {
    expect(refusalOf(text)).toMatch(/JSON/);
  });

  it.each([
    ['a number beyond all', '{"a":[1e999]}'],
    ['one below', '{"a":-1e999}'],
    ['NUL in a value', String.raw`{"a":"x\u0000"}`],
    ['NUL in a key', String.raw`{"a\u0000":1}`],
    ['NUL deep in a list', String.raw`{"a":[[{"b":["\u0000"]}]]}`],
    ['a high surrogate alone', String.raw`{"a":"\ud800"}`],
    ['a low surrogate alone', String.raw`{"a":"\udc00 "}`],
    ['surrogates in the wrong order', String.raw`{"a":"\udc00\ud800"}`],
    ['a lone surrogate in a key', String.raw`{"\ud83d":1}`],
    ['__proto__', '{"__proto__":{"isAdmin":true}}'],
    ['__proto__ in escapes', String.raw`{"\u005f_proto__":{}}`],
    ['__proto__ deep down', '{"a":[{"b":{"__proto__":1}}]}'],
    ['constructor', '{"constructor":{"prototype":{"isAdmin":true}}}'],
    ['prototype', '{"prototype":1}'],
  ])('refuses %s', (_what, text) => {
    refusalOf(text);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('takes surrogate pairs, escaped or not', () => {
    expect(parseStrictJson(String.raw`{"a":"\ud83d\ude00😀"}`)).toEqual({ a: '😀😀' });
  });

  it.each([
    ['a lone continuation byte', [0x80]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['a surrogate in UTF-8', [0xed, 0xa0, 0x80]],
    ['a cut sequence', [0xe2, 0x82]],
    ['UTF-16', [0xff, 0xfe]],
  ])('refuses %s', (_what, bytes) => {
    expect(refusalOf(Buffer.concat([Buffer.from('{"a":"'), Buffer.from(bytes), Buffer.from('"}')]))).toMatch(/UTF-8/);
  });

  it('refuses depth and width of a whole body without losing the stack', () => {
    refusalOf('['.repeat(256 * 1024));
    refusalOf('{"a":'.repeat(50_000) + '1' + '}'.repeat(50_000));
    refusalOf(`{"a":${'['.repeat(120_000)}${']'.repeat(120_000)}}`);
  });

  it('never repeats the body in its refusal', () => {
    for (const text of ['{"secret-value"', '{"a":secret-value}', String.raw`{"a":"secret-value\u0000"}`])
      expect(refusalOf(text)).not.toContain('secret');
  });
});

function isHarmless(json: unknown): boolean {
  return !/"(__proto__|constructor|prototype)":|\\u0000/.test(JSON.stringify(json));
}

function refusalOf(body: string | Buffer): string {
  try {
    parseStrictJson(body);
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code: 'invalid_request', status: 400 });
    return error instanceof Error ? error.message : '';
  }
  throw new Error('the body was taken');
}
