import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, type JsonValue } from './canonical-json.js';

/** Any JSON value, `__proto__` and integer-like member names included. */
const { json } = fc.letrec<{ json: JsonValue }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.string({ unit: 'grapheme' }),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('10', '9', '__proto__')), tie('json'), {
      maxKeys: 4,
      noNullPrototype: false,
    }),
  ),
}));

describe('canonicalJson', () => {
  it('is JSON with the same meaning', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(asJson(value));
      }),
    );
  });

  it('does not depend on the order of members, however deep', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(canonicalJson(reversed(value))).toBe(canonicalJson(value));
      }),
    );
  });

  it('survives a trip through JSON', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(canonicalJson(asJson(value))).toBe(canonicalJson(value));
      }),
    );
  });

  it('sorts members by UTF-16 code units, as the example of RFC 8785 section 3.2.3 does', () => {
    const names = ['\u20ac', '\r', '\ufb33', '1', '\u{1f600}', '\u0080', '\u00f6'];
    const sorted = ['\r', '1', '\u0080', '\u00f6', '\u20ac', '\u{1f600}', '\ufb33'];
    const value = Object.fromEntries(names.map((name) => [name, name]));
    const spelling = sorted.map((name) => `${JSON.stringify(name)}:${JSON.stringify(name)}`);
    expect(canonicalJson(value)).toBe(`{${spelling.join(',')}}`);
  });

  it('sorts names that look like numbers as text', () => {
    expect(canonicalJson({ 9: 'nine', 10: 'ten' })).toBe('{"10":"ten","9":"nine"}');
  });

  it('writes numbers as RFC 8785 section 3.2.2.3 does', () => {
    expect(canonicalJson([333333333.33333329, 1e30, 4.5, 2e-3, 1e-27, -0])).toBe(
      '[333333333.3333333,1e+30,4.5,0.002,1e-27,0]',
    );
  });

  it('leaves out members that are undefined', () => {
    expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
  });

  it.each([
    ['NaN', Number.NaN],
    ['an infinity', [Number.POSITIVE_INFINITY]],
    ['a lone surrogate', { name: '\ud800' }],
    ['a lone surrogate in a name', { '\udc00': 1 }],
    // What slips past the types must not be hashed as something else than is stored.
    ['a date', JSON.parse('{}', () => new Date(0))],
    ['undefined in an array', Array.from({ length: 1 })],
    ['a bigint', JSON.parse('{}', () => 1n)],
  ])('refuses %s', (_, value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  });
});

function asJson(value: JsonValue): JsonValue {
  return JSON.parse(JSON.stringify(value));
}

/** The same value, with the members of every object in reverse order. */
function reversed(value: JsonValue): JsonValue {
  return JSON.parse(JSON.stringify(value), (_, each: JsonValue) => {
    if (typeof each !== 'object' || each === null || Array.isArray(each)) return each;
    return Object.fromEntries(Object.entries(each).reverse());
  });
}
