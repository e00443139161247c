import fc from 'fast-check';
import { TypeID } from 'typeid-js';
import { describe, expect, it } from 'vitest';
import { encodeUuid, newId, newUuid, parsePublicId, toPublicId } from './ids.js';

describe('ids', () => {
  it('encodes every UUID as the reference implementation does', () => {
    fc.assert(
      fc.property(fc.uuid({ version: [1, 4, 7] }), (uuid) => {
        expect(encodeUuid(uuid)).toBe(TypeID.fromUUID('', uuid).toString());
      }),
    );
    expect(encodeUuid('ffffffff-ffff-ffff-ffff-ffffffffffff')).toBe('7zzzzzzzzzzzzzzzzzzzzzzzzz');
    expect(encodeUuid('00000000-0000-0000-0000-000000000000')).toBe('0'.repeat(26));
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
