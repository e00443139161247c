import fc from 'fast-check';
import { TypeID } from 'typeid-js';
import { describe, expect, it } from 'vitest';
import { encodeUuid, encodeUuidBytes, newId, newUuid, parsePublicId, toPublicId } from './ids.js';

describe('ids', () => {
  it('encodes every UUID as the reference implementation does', () => {
    fc.assert(
      fc.property(fc.uuid({ version: [1, 4, 7] }), (uuid) => {
        expect(encodeUuid(uuid)).toBe(TypeID.fromUUID('', uuid).toString());
        const bytes = Buffer.from(`id ${uuid}`);
        expect(encodeUuidBytes(bytes, 3, bytes, 0)).toBe(26);
        expect(bytes.toString('latin1', 0, 26)).toBe(encodeUuid(uuid));
      }),
    );
    expect(encodeUuid('ffffffff-ffff-ffff-ffff-ffffffffffff')).toBe('7zzzzzzzzzzzzzzzzzzzzzzzzz');
    expect(encodeUuid('00000000-0000-0000-0000-000000000000')).toBe('0'.repeat(26));
  });

  it('reads every id as the reference implementation does', () => {
    fc.assert(
      fc.property(fc.uuid({ version: [1, 4, 7] }), (uuid) => {
        expect(parsePublicId('contact', TypeID.fromUUID('con', uuid).toString())).toBe(uuid);
      }),
    );
    expect(parsePublicId('contact', 'con_7zzzzzzzzzzzzzzzzzzzzzzzzz')).toBe('ffffffff-ffff-ffff-ffff-ffffffffffff');
  });

  it('makes ids that ascend, all of them different, and of version 7', () => {
    const before = Date.now();
    const uuids = Array.from({ length: 20_000 }, () => newUuid());
    expect(uuids).toEqual([...new Set(uuids)].sort());
    for (const uuid of uuids)
      expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const times = [uuids[0], uuids.at(-1)].map((uuid = '') => parseInt(uuid.replace('-', '').slice(0, 12), 16));
    expect(times[0]).toBeGreaterThanOrEqual(before);
    expect(times[1]).toBeLessThanOrEqual(Date.now() + 20);
  });

  it('reads back what it wrote', () => {
    const uuid = newUuid();
    expect(parsePublicId('contact', toPublicId('contact', uuid))).toBe(uuid);
  });

  it('sorts ids by creation', async () => {
    const first = newId('contact');
    await new Promise((resolve) => setTimeout(resolve, 2));
    expect(first < newId('contact')).toBe(true);
  });

  it('takes nothing for an id that is not one of its kind', () => {
    const id = newId('contact');
    for (const text of [
      newId('booking'),
      id.toUpperCase(),
      `${id}0`,
      id.slice(0, -1),
      `con_8${id.slice(5)}`,
      '',
      'con_',
    ])
      expect(parsePublicId('contact', text)).toBeNull();
    fc.assert(fc.property(fc.string(), (text) => parsePublicId('contact', text) === null));
  });
});
