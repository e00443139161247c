import { AppError } from '@calkeep/platform';
import { describe, expect, it } from 'vitest';
import { FailureBrake } from './failure-brake.js';

const failure = new AppError('invalid_token');

describe('the brake on failed authentications', () => {
  it('answers 60 failures of an address as they are, and the 61st with 429', () => {
    const { brake } = aBrake();
    for (let count = 0; count < 60; count++) expect(brake.answer(failure, '192.0.2.1')).toBe(failure);
    const braked = brake.answer(failure, '192.0.2.1');
    expect(braked).toMatchObject({ code: 'rate_limited', status: 429, headers: { 'Retry-After': '1' } });
  });

  it('lets go after the time that it names, for as much as has been refilled', () => {
    const { brake, clock } = aBrake();
    for (let count = 0; count < 100; count++) brake.answer(failure, '192.0.2.1');
    clock.time += 1_000;
    expect(brake.answer(failure, '192.0.2.1')).toBe(failure);
    expect(brake.answer(failure, '192.0.2.1').code).toBe('rate_limited');
    clock.time += 60_000;
    for (let count = 0; count < 60; count++) expect(brake.answer(failure, '192.0.2.1')).toBe(failure);
  });

  it('takes an IPv6 /64 for one caller, and leaves every other alone', () => {
    const { brake } = aBrake();
    for (let count = 0; count < 60; count++) brake.answer(failure, `2001:db8::${count.toString(16)}`);
    expect(brake.answer(failure, '2001:db8::beef').code).toBe('rate_limited');
    expect(brake.answer(failure, '2001:db8:0:1::1')).toBe(failure);
    expect(brake.answer(failure, '192.0.2.1')).toBe(failure);
  });

  it('has 60 credentials looked up for an address that is braked, and any number for one that is not', () => {
    const { brake, clock } = aBrake();
    for (let count = 0; count < 1_000; count++) brake.beforeLookUp('192.0.2.1');
    for (let count = 0; count < 60; count++) brake.answer(failure, '192.0.2.1');
    for (let count = 0; count < 60; count++) brake.beforeLookUp('192.0.2.1');
    expect(() => brake.beforeLookUp('192.0.2.1')).toThrow(expect.objectContaining({ code: 'rate_limited' }));
    brake.beforeLookUp('192.0.2.2');
    clock.time += 1_000;
    brake.beforeLookUp('192.0.2.1');
  });
});

function aBrake() {
  const clock = { time: 1_795_413_706_342 };
  return { clock, brake: new FailureBrake({ now: () => clock.time }) };
}
