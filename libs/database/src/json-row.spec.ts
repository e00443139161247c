import { encodeUuid, toPublicId } from '@calkeep/contract';
import fc from 'fast-check';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { finishJson, id, instant, json, jsonObject } from './json-row.js';

const uuid = '01931f7a-3c5e-7abc-8def-0123456789ab';

describe('finishJson', () => {
  it('encodes marked ids, completes marked instants, and leaves the rest as it is', () => {
    const text =
      `{"\\tcon.id":"${uuid}","other":"${uuid}","\\tcon.none":null,"in":{"\\tbkg.id":"${uuid}"},` +
      `"\\t.at":"2026-01-02T03:04:05.6","\\t.never":"infinity","\\t.unset":null}`;
    expect(JSON.parse(finishJson(text))).toEqual({
      id: toPublicId('contact', uuid),
      other: uuid,
      none: null,
      in: { id: toPublicId('booking', uuid) },
      at: '2026-01-02T03:04:05.600Z',
      never: null,
      unset: null,
    });
  });

  it('gives text without a mark back', () => {
    for (const text of ['', '{}', `{"a":"con_${uuid}"}`, '["\\tcon.id","\\t.at"]', '{"a":"\\"\\tcon.id\\":\\"b"}'])
      expect(finishJson(text)).toBe(text);
  });

  it('finds marks wherever they stand, one beside the other too', () => {
    const member = fc.oneof(
      fc.uuid().map((each) => [`"\\tcon.id":"${each}"`, `"id":"con_${encodeUuid(each)}"`]),
      fc.constantFrom('', '.0', '.12', '.123').map((end) => {
        const whole = `2026-01-02T03:04:05${(end || '.').padEnd(4, '0')}Z`;
        return [`"\\t.at":"2026-01-02T03:04:05${end}"`, `"at":"${whole}"`];
      }),
      fc.string().map((text) => [`"a":${JSON.stringify(text)}`, `"a":${JSON.stringify(text)}`]),
    );
    fc.assert(
      fc.property(fc.array(member), (members) => {
        const [marked, finished] = [0, 1].map((index) => `{${members.map((each) => each[index]).join(',')}}`);
        expect(finishJson(marked ?? '')).toBe(finished);
      }),
    );
  });

  it('takes a time in proportion to the text, whatever is in it', () => {
    const costOf = (length: number) => {
      const text = JSON.stringify(Array.from({ length }, () => '\tcon.'));
      const before = process.cpuUsage().user;
      for (let count = 0; count < 20; count++) finishJson(text);
      return process.cpuUsage().user - before;
    };
    costOf(10_000);
    expect(costOf(100_000)).toBeLessThan(50 * Math.max(costOf(10_000), 5_000));
  });
});

describe('rows as JSON, made by PostgreSQL', () => {
  let client: Client;
  beforeAll(async () => {
    client = new Client({ connectionString: inject('appUrl') });
    await client.connect();
  });
  afterAll(() => client.end());

  const fields = {
    id: id('contact', '$1::uuid'),
    text: json('$2::text'),
    list: json('$3::text[]'),
    json: json('$4::jsonb'),
  };
  const object = jsonObject(fields);
  const joined = jsonObject(
    Object.fromEntries(Object.entries(fields).map(([name, { value: _value, ...field }]) => [name, field])),
  );
  const rowOf = async (values: {
    id: string | null;
    text: string | null;
    list: string[] | null;
    json: unknown;
  }): Promise<unknown> => {
    const { rows } = await client.query<{ text: string; joined: string }>(
      `select ${object} as text, ${joined} as joined`,
      [values.id, values.text, values.list, values.json === null ? null : JSON.stringify(values.json)],
    );
    // Both ways to make an object make the same one.
    expect(JSON.parse(rows[0]?.joined ?? '')).toEqual(JSON.parse(rows[0]?.text ?? ''));
    return JSON.parse(finishJson(rows[0]?.text ?? ''));
  };

  it('bring any data through unchanged, though it looks like a marker', async () => {
    const lookalikes = fc.constantFrom(
      '\t',
      '\u0001',
      '_',
      '\tcon.id',
      `"\tcon.id":"${uuid}"`,
      `\tcon.id":"${uuid}"`,
      '\t.at',
      '\t.at":"2026-01-02T03:04:05',
      '\\tcon.id',
      '":"',
      '.',
      uuid,
      '"',
      '\\',
      '\u2028',
      '😀',
      '\u007f',
    );
    const text = fc
      .array(fc.oneof(lookalikes, fc.string({ unit: 'grapheme' })))
      .map((parts) => parts.join('').replaceAll('\0', ''));
    const anyJson = fc.dictionary(text, fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null)), {
      noNullPrototype: true,
    });
    await fc.assert(
      fc.asyncProperty(text, fc.array(text), anyJson, async (value, list, object) => {
        const row = { id: uuid, text: value, list, json: object };
        expect(await rowOf(row)).toEqual({ ...row, id: toPublicId('contact', uuid) });
      }),
      { numRuns: 200 },
    );
  });

  it('tell null for every kind of value', async () => {
    const nothing = { id: null, text: null, list: null, json: null };
    expect(await rowOf(nothing)).toEqual(nothing);
  });

  it('keep the numbers of JSON exact to the digit', async () => {
    expect(
      await rowOf({ id: uuid, text: null, list: [], json: { a: 0.1, b: -12.5, c: 9_007_199_254_740_991 } }),
    ).toMatchObject({
      json: { a: 0.1, b: -12.5, c: 9_007_199_254_740_991 },
    });
  });

  it.each([
    ['2026-01-02T03:04:05.006Z', '2026-01-02T03:04:05.006Z'],
    ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05.000Z'],
    ['2026-06-30T23:59:59.999+02:00', '2026-06-30T21:59:59.999Z'],
    ['1969-12-31T23:59:59.500Z', '1969-12-31T23:59:59.500Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
    ['2026-01-02T03:04:05.01Z', '2026-01-02T03:04:05.010Z'],
    ['infinity', null],
    ['10000-01-01T00:00:00Z', null],
    ['0044-03-15T00:00:00Z BC', null],
  ])('write %s as RFC 3339 in UTC with milliseconds, in any time zone of the session', async (stored, written) => {
    for (const zone of ['UTC', 'Asia/Kathmandu', 'America/St_Johns']) {
      await client.query(`set timezone to '${zone}'`);
      const { rows } = await client.query<{ text: string }>(
        `select ${jsonObject({ at: instant('r.at') })} as text from (select $1::timestamptz(3) at) r`,
        [stored],
      );
      expect(JSON.parse(finishJson(rows[0]?.text ?? ''))).toEqual({ at: written });
    }
  });
});
