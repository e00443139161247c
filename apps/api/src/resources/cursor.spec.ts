import { PepperKeyring } from '@calkeep/security';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Cursors, type WalkedList } from './cursor.js';

const pepper = (id: string, byte: number) => `${id}:${Buffer.alloc(32, byte).toString('base64')}`;
const cursors = new Cursors(PepperKeyring.parse(pepper('new', 2)));
const list: WalkedList = { workspaceId: '1', name: 'contacts', filter: { tag: 'x', q: undefined }, sort: '-createdAt' };
const position = ['2026-01-01T00:00:00.000Z', 42];
const refused = expect.objectContaining({ code: 'invalid_request', status: 400 });

const openOf = (cursor: string, where: WalkedList = list, by = cursors) => {
  try {
    return by.open(where, cursor);
  } catch (error) {
    return error;
  }
};

describe('a cursor', () => {
  it('opens to the position that it was sealed with, whatever that holds', () => {
    const places = fc.array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer()));
    fc.assert(
      fc.property(places, (place) => {
        expect(cursors.open(list, cursors.seal(list, place))).toEqual(place);
      }),
    );
  });

  it('needs no escaping in a URL', () => {
    expect(cursors.seal(list, position)).toMatch(/^[\w-]+$/);
  });

  it.each<[string, Partial<WalkedList>]>([
    ['workspace', { workspaceId: '2' }],
    ['list', { name: 'bookings' }],
    ['filter', { filter: { tag: 'y' } }],
    ['filter, one more', { filter: { tag: 'x', q: 'z' } }],
    ['filter, one less', { filter: {} }],
    ['order', { sort: 'createdAt' }],
  ])('is refused by another %s', (_, other) => {
    expect(openOf(cursors.seal(list, position), { ...list, ...other })).toEqual(refused);
  });

  it('is of a filter, in whatever order its members stand, and none that are not set', () => {
    const same = { ...list, filter: { to: undefined, q: 'z', tag: 'x' } };
    const cursor = cursors.seal({ ...list, filter: { tag: 'x', q: 'z' } }, position);
    expect(openOf(cursor, same)).toEqual(position);
  });

  it('is refused with any bit changed, and in any other spelling', () => {
    const cursor = cursors.seal(list, position);
    const bytes = Buffer.from(cursor, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const altered = Buffer.from(bytes);
      altered.writeUInt8(altered.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(openOf(altered.toString('base64url'))).toEqual(refused);
    }
    for (const spelling of [
      `${cursor}=`,
      ` ${cursor}`,
      bytes.toString('base64') + '=',
      cursor.slice(0, 22),
      '',
      'AAAA',
    ])
      expect(openOf(spelling)).toEqual(refused);
  });

  it('made up of a position and what is no MAC of it is refused', () => {
    const text = Buffer.from(JSON.stringify(position));
    for (const mac of [Buffer.alloc(0), Buffer.alloc(16), Buffer.alloc(32)])
      expect(openOf(Buffer.concat([mac, text]).toString('base64url'))).toEqual(refused);
  });

  it('outlives a change of peppers, while the former one is still configured', () => {
    const former = new Cursors(PepperKeyring.parse(pepper('old', 1)));
    const changing = new Cursors(PepperKeyring.parse(`${pepper('new', 2)},${pepper('old', 1)}`));
    expect(openOf(former.seal(list, position), list, changing)).toEqual(position);
    expect(openOf(former.seal(list, position), list, cursors)).toEqual(refused);
    expect(openOf(changing.seal(list, position), list, cursors)).toEqual(position);
  });
});
