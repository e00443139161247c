import { ipAllowlist } from '@calkeep/contract';
import { describe, expect, it } from 'vitest';
import { normalizeRanges } from './ip-ranges.js';

describe('the ranges of an allow-list', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7/32'],
    ['203.0.113.7/24', '203.0.113.0/24'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['2001:DB8::1', '2001:db8::1/128'],
    ['2001:db8:0:0:1::/48', '2001:db8::/48'],
    ['::/0', '::/0'],
    ['::ffff:203.0.113.7', '203.0.113.7/32'],
    ['::ffff:203.0.113.7/120', '203.0.113.0/24'],
  ])('%s is kept as %s', (text, range) => {
    expect(ipAllowlist.parse([text])).toEqual([text]);
    expect(normalizeRanges([text])).toEqual([range]);
  });

  it('stand in it once, in the order in which they were given', () => {
    expect(normalizeRanges(['10.1.2.3/8', '192.0.2.1', '10.0.0.0/8'])).toEqual(['10.0.0.0/8', '192.0.2.1/32']);
  });

  it.each([
    '',
    '203.0.113',
    '203.0.113.0/33',
    '203.0.113.0/-1',
    '203.0.113.0/24/24',
    '0x7f.0.0.1',
    '010.0.0.1',
    '2130706433',
    ' 203.0.113.7',
    '203.0.113.7 ',
    '203.0.113.0/ 24',
    '2001:db8::/129',
    'fe80::1%eth0',
    '2001:db8::1::2',
    '[2001:db8::1]',
    'example.com',
    '*',
  ])('are not %j', (text) => {
    expect(ipAllowlist.safeParse([text]).success).toBe(false);
  });

  it('are a hundred at most', () => {
    const ranges = Array.from({ length: 101 }, (_, index) => `10.0.${index}.0/24`);
    expect(ipAllowlist.safeParse(ranges).success).toBe(false);
    expect(ipAllowlist.safeParse(ranges.slice(1)).success).toBe(true);
  });
});
