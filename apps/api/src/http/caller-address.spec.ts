import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressBlock, callerAddress, inetOf, isInRanges } from './caller-address.js';

describe('callerAddress', () => {
  it.each(['::ffff:192.0.2.7', '::FFFF:192.0.2.7', '::ffff:c000:207', '0:0:0:0:0:ffff:192.0.2.7', '192.0.2.7'])(
    'gives the IPv4 address that %s is',
    (text) => {
      expect(callerAddress(text)).toBe('192.0.2.7');
    },
  );

  it.each(['2001:db8::1', '2001:DB8::1', '2001:db8:0:0:0:0:0:1', '2001:0db8::0001'])(
    'gives %s its one canonical text',
    (text) => {
      expect(callerAddress(text)).toBe('2001:db8::1');
    },
  );

  it('lets text that is no address be what it is', () => {
    expect(callerAddress('unknown')).toBe('unknown');
    expect(callerAddress('_hidden:x')).toBe('_hidden:x');
  });
});

describe('inetOf', () => {
  it.each(['192.0.2.7', '2001:db8::1', '::1'])('keeps %s', (address) => {
    expect(inetOf(address)).toBe(address);
  });

  it.each(['', 'unknown', '192.0.2.7:80', '[2001:db8::1]:80', 'fe80::1%eth0', '192.0.2', '::x'])(
    'gives null for %j, which PostgreSQL would refuse',
    (address) => {
      expect(inetOf(address)).toBeNull();
    },
  );
});

describe('addressBlock', () => {
  it('is the address itself for IPv4', () => {
    fc.assert(fc.property(fc.ipV4(), (address) => addressBlock(address) === address));
  });

  it('is one for a whole IPv6 /64, and another for the next', () => {
    const block = addressBlock('2001:db8:1:2::1');
    expect(addressBlock('2001:db8:1:2:ffff:ffff:ffff:ffff')).toBe(block);
    expect(addressBlock('2001:DB8:1:2:0:0:0:9')).toBe(block);
    expect(addressBlock('2001:db8:1:3::1')).not.toBe(block);
  });

  it('is one for all text that looks like IPv6 and is not, so that made-up addresses buy nothing', () => {
    expect(addressBlock('x:1')).toBe(addressBlock('y:2'));
  });
});

describe('isInRanges', () => {
  const ranges = ['192.0.2.0/24', '2001:db8::/32', '203.0.113.7/32'];

  it.each(['192.0.2.0', '192.0.2.255', '2001:db8:ffff::1', '203.0.113.7', '::ffff:192.0.2.1'])(
    'holds %s',
    (address) => {
      expect(isInRanges(address, ranges)).toBe(true);
    },
  );

  it.each([
    '192.0.3.0',
    '2001:db9::1',
    '203.0.113.8',
    '::ffff:192.0.3.1',
    '',
    'localhost',
    '192.0.2',
    '1',
    '192.0.2.1:80',
  ])('does not hold %j', (address) => {
    expect(isInRanges(address, ranges)).toBe(false);
  });

  it('holds nothing without a range, and does not take IPv4 for IPv6', () => {
    expect(isInRanges('192.0.2.1', [])).toBe(false);
    expect(isInRanges('192.0.2.1', ['::/0'])).toBe(false);
    expect(isInRanges('2001:db8::1', ['0.0.0.0/0'])).toBe(false);
  });
});
