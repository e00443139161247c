import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generateTotpSecret, totpAuthUrl, totpCode, verifyTotp } from './totp.js';

/** "12345678901234567890", the SHA-1 secret of RFC 6238, Appendix B. */
const rfcSecret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const at = new Date('2026-01-02T03:04:15.000Z');
const step = Math.floor(at.getTime() / 30_000);

function codeOf(timeStep: number): string {
  return totpCode(rfcSecret, new Date(timeStep * 30_000));
}

describe('totpCode', () => {
  // The specification prints 8 digits; 6 digits are the last 6 of them.
  it.each([
    [59, '287082'],
    [1111111109, '081804'],
    [1111111111, '050471'],
    [1234567890, '005924'],
    [2000000000, '279037'],
    [20000000000, '353130'],
  ])('at %i s is that of RFC 6238', (seconds, code) => {
    expect(totpCode(rfcSecret, new Date(seconds * 1000))).toBe(code);
  });
});

describe('verifyTotp', () => {
  it('names the time step of a code that is one step early, on time or one step late', () => {
    for (const timeStep of [step - 1, step, step + 1]) {
      expect(verifyTotp(rfcSecret, codeOf(timeStep), { at })).toEqual({ timeStep });
    }
  });

  it('refuses a code two steps off', () => {
    for (const timeStep of [step - 2, step + 2]) expect(verifyTotp(rfcSecret, codeOf(timeStep), { at })).toBeNull();
  });

  it('keeps to its drift over the whole of a step', () => {
    for (const seconds of [0, 29.999]) {
      const moment = new Date(step * 30_000 + seconds * 1000);
      expect(verifyTotp(rfcSecret, codeOf(step - 1), { at: moment })).toEqual({ timeStep: step - 1 });
      expect(verifyTotp(rfcSecret, codeOf(step - 2), { at: moment })).toBeNull();
      expect(verifyTotp(rfcSecret, codeOf(step + 2), { at: moment })).toBeNull();
      expect(verifyTotp(rfcSecret, codeOf(step - 1), { at: moment, driftSteps: 0 })).toBeNull();
    }
  });

  it('refuses a code that was used, and an older one after a newer', () => {
    expect(verifyTotp(rfcSecret, codeOf(step), { at, afterTimeStep: step })).toBeNull();
    expect(verifyTotp(rfcSecret, codeOf(step - 1), { at, afterTimeStep: step })).toBeNull();
    expect(verifyTotp(rfcSecret, codeOf(step + 1), { at, afterTimeStep: step })).toEqual({ timeStep: step + 1 });
    expect(verifyTotp(rfcSecret, codeOf(step), { at, afterTimeStep: null })).toEqual({ timeStep: step });
  });

  it('refuses every code, without throwing, while the clock stands behind the last accepted step', () => {
    for (const afterTimeStep of [step + 1, step + 2, step + 1000]) {
      expect(verifyTotp(rfcSecret, codeOf(step), { at, afterTimeStep })).toBeNull();
    }
  });

  it('refuses the code of another secret', () => {
    expect(verifyTotp(generateTotpSecret(), codeOf(step), { at, driftSteps: 0 })).toBeNull();
  });

  it('refuses what is no code without throwing', () => {
    const code = codeOf(step);
    for (const text of [code.slice(1), `${code}0`, ` ${code}`, `${code}\n`, '١٢٣٤٥٦', '1e5000', '-12345']) {
      expect(verifyTotp(rfcSecret, text, { at })).toBeNull();
    }
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        fc.pre(!/^[0-9]{6}$/.test(text));
        expect(verifyTotp(rfcSecret, text, { at })).toBeNull();
      }),
    );
  });
});

describe('generateTotpSecret', () => {
  it('makes 160 fresh bits in unpadded base32', () => {
    const secrets = Array.from({ length: 100 }, generateTotpSecret);
    expect(new Set(secrets).size).toBe(100);
    for (const secret of secrets) expect(secret).toMatch(/^[A-Z2-7]{32}$/);
  });
});

describe('totpAuthUrl', () => {
  it('escapes issuer and account, and carries the secret', () => {
    const url = new URL(totpAuthUrl({ secret: rfcSecret, issuer: 'CalKeep & Co', account: 'a+b@acme.test' }));
    expect(url.protocol).toBe('otpauth:');
    expect(decodeURIComponent(url.href)).toContain('otpauth://totp/CalKeep & Co:a+b@acme.test?');
    expect(url.searchParams.get('secret')).toBe(rfcSecret);
    expect(url.searchParams.get('issuer')).toBe('CalKeep & Co');
  });
});
