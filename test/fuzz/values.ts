import fc from 'fast-check';
import type { Schema } from './document.js';

/** What breaks parsers, queries, logs and types; none of it is meant well. */
export const hostileText = fc.oneof(
  fc.constantFrom(
    ...['', ' ', '\0', '\ud800', '\udc00x', '﻿', '​', '‮', '\u001b[31m', '\r\nX-Injected: 1', '"},{"level":60', '\n'],
    ...[
      "'",
      "''--",
      "' or '1'='1",
      '1; drop table contacts--',
      '$1',
      '%',
      '_',
      '\\',
      '%27',
      '${7*7}',
      '{{7*7}}',
      '*',
      '|',
    ],
    ...[
      '__proto__',
      'constructor',
      'null',
      'undefined',
      'NaN',
      'true',
      '[object Object]',
      '../../etc/passwd',
      '%00',
      '%ff',
    ],
    ...['0', '-0', '-1', '1.5', '1e3', '0x10', '10abc', '٣', '１', '9'.repeat(40), '1'.repeat(300), '9007199254740993'],
    ...['2026-02-30T00:00:00Z', '2026-01-01', '+300000-01-01T00:00:00Z', '2026-01-01T00:00:00', '0000-01-01T00:00:00Z'],
    ...[
      '2026-01-01T00:00:00+99:99',
      '2026-12-31T23:59:60Z',
      '-000001-01-01T00:00:00Z',
      '9999-12-31T23:59:59.999-12:00',
    ],
    ...[
      '<script>alert(1)</script>',
      'a@b',
      'a@@b.c',
      `${'a'.repeat(70)}@example.com`,
      '+1',
      '+999999999999999999',
      'İ',
      'ß',
    ],
    ...['a'.repeat(101), 'a'.repeat(1_001), 'é'.repeat(200), '😀'.repeat(60), '(a+)+$', 'a'.repeat(5_000)],
  ),
  fc.string({ unit: 'binary', maxLength: 30 }),
);

const numbers = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(0, -0, 1, -1, 1e308, 2 ** 53, -(2 ** 63), 5e-324));

/** A value of another kind than was asked for. */
export const hostileValue = fc.oneof(
  hostileText,
  numbers,
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom<unknown>([], {}, [[]], { not: null }, { contains: 'a' }, { $ne: 1 }, ['a', 'a'], { length: 1e9 }),
  fc.jsonValue({ maxDepth: 4 }),
);

export interface Known {
  /** Ids, e-mail addresses and the like that mean something to the server. */
  texts: readonly string[];
  /** Ids of what the callers' workspace has. */
  own: readonly string[];
}

/** Values that the schema asks for, mostly; at any depth some that it does not. */
export function valueOf(schema: Schema, known: Known): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 60, arbitrary: wellMeant(schema, known) }, { weight: 1, arbitrary: hostileValue });
}

function wellMeant(schema: Schema, known: Known): fc.Arbitrary<unknown> {
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const choices =
    schema.anyOf ?? schema.oneOf ?? (Array.isArray(schema.type) ? schema.type.map((type) => ({ type })) : null);
  if (choices) return fc.oneof(...choices.map((choice) => valueOf(choice, known)));
  switch (schema.type) {
    case 'object':
      return objectOf(schema, known);
    case 'array':
      return fc.array(valueOf(schema.items ?? {}, known), { maxLength: 4 });
    case 'string':
      return textOf(schema, known);
    case 'integer':
      return fc.oneof(
        fc.integer({ min: schema.minimum ?? 0, max: Math.min(schema.maximum ?? 300, 300) }),
        fc.integer(),
      );
    case 'number':
      return numbers;
    case 'boolean':
      return fc.boolean();
    default:
      return hostileValue;
  }
}

/** What chance would never find, by the names of fields. */
function hints({ texts }: Known): Record<string, fc.Arbitrary<unknown>> {
  const phones = ['+12025550123', '+1 (415) 555-0132', '+44 20 7946 0958', '+49 30 23125 123'];
  return {
    phone: fc.constantFrom(...phones),
    email: fc.stringMatching(/^[a-z]{1,8}@example[.]com$/),
    contactId: fc.constantFrom(...texts, null),
    target: targets(texts),
  };
}

function targets(texts: readonly string[]): fc.Arbitrary<unknown> {
  const prefixes = { contact: 'con_', booking: 'bkg_', task: 'tsk_' };
  return fc
    .constantFrom(...Object.entries(prefixes))
    .chain(([type, prefix]) =>
      fc.constantFrom(...texts.filter((text) => text.startsWith(prefix))).map((id) => ({ type, id })),
    );
}

function objectOf(
  { properties = {}, required = [], additionalProperties }: Schema,
  known: Known,
): fc.Arbitrary<unknown> {
  const members = Object.entries(properties).map(([name, schema]) => {
    const hint = hints(known)[name];
    return [
      name,
      hint
        ? fc.oneof({ weight: 3, arbitrary: hint }, { weight: 1, arbitrary: valueOf(schema, known) })
        : valueOf(schema, known),
    ] as const;
  });
  // Most have what they must have.
  const record = fc.oneof(
    { weight: 12, arbitrary: fc.record(Object.fromEntries(members), { requiredKeys: required }) },
    { weight: 1, arbitrary: fc.record(Object.fromEntries(members), { requiredKeys: [] }) },
  );
  const others = typeof additionalProperties === 'object' ? valueOf(additionalProperties, known) : hostileValue;
  const likely = fc.constantFrom('id', 'workspaceId', 'createdAt', 'scopes', 'x', 'leadSource');
  const names = fc.oneof({ weight: 9, arbitrary: likely }, { weight: 1, arbitrary: hostileText });
  const extra = fc.dictionary(names, others, { maxKeys: 3 });
  const isOpen = typeof additionalProperties === 'object';
  return fc
    .tuple(record, fc.oneof({ weight: isOpen ? 1 : 15, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: extra }))
    .map(([object, more]) => ({ ...object, ...more }));
}

function textOf({ format, maxLength = 40, pattern }: Schema, known: Known): fc.Arbitrary<unknown> {
  const texts = known.texts.length > 0 ? [fc.constantFrom(...known.texts)] : [];
  const instants = fc
    .date({ min: new Date('1990-01-01'), max: new Date('2040-01-01'), noInvalidDate: true })
    .map((date) => date.toISOString());
  if (format === 'date-time') return instants;
  const words = fc
    .tuple(fc.constantFrom('Ada', 'Zoë', '李', 'a'), fc.string({ unit: 'grapheme', maxLength: 20 }))
    .map((parts) => [...parts.join(' ')].slice(0, maxLength).join(''));
  if (pattern?.includes('/api') === true || pattern?.includes('\\/api') === true)
    return fc.constantFrom('/api/v1/contacts', '/api/v1/me', '/api/v1/nothing');
  return fc.oneof(words, words, words, ...texts);
}
