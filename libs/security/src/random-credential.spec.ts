import { describe, expect, it } from 'vitest';
import { randomPassword } from './random-credential.js';

describe('randomPassword', () => {
  it('has the wanted length, letters and digits only, and is new each time', () => {
    expect(randomPassword()).toMatch(/^[0-9A-Za-z]{24}$/);
    expect(randomPassword(40)).toMatch(/^[0-9A-Za-z]{40}$/);
    expect(randomPassword()).not.toBe(randomPassword());
  });
});
