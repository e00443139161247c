import { generateTotpSecret, verifyTotp } from '@calkeep/security';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nextTotp, totpOf } from './totp-of.js';

const startedAt = new Date('2026-01-02T03:04:10.000Z');

beforeEach(() => void vi.useFakeTimers({ now: startedAt }));
afterEach(() => void vi.useRealTimers());

describe('totpOf', () => {
  it('is the code of the moment, or of the one it is told', () => {
    const secret = generateTotpSecret();
    expect(verifyTotp(secret, totpOf(secret), { at: startedAt, driftSteps: 0 })).not.toBeNull();
    const later = new Date('2026-02-03T04:05:06.000Z');
    expect(verifyTotp(secret, totpOf(secret, later), { at: later, driftSteps: 0 })).not.toBeNull();
  });
});

describe('nextTotp', () => {
  it('gives two codes at once, then one with each new time step, all of which a strict server takes', async () => {
    const secret = generateTotpSecret();
    const accepted: { atSecond: number; timeStep: number }[] = [];
    const start = Math.floor(startedAt.getTime() / 30_000);
    const using = (async () => {
      let afterTimeStep: number | null = null;
      for (let round = 0; round < 4; round += 1) {
        const code = await nextTotp(secret);
        const at = new Date();
        const used: { timeStep: number } | null = verifyTotp(secret, code, { at, afterTimeStep });
        afterTimeStep = used?.timeStep ?? null;
        accepted.push({
          atSecond: (at.getTime() - startedAt.getTime()) / 1000,
          timeStep: (afterTimeStep ?? 0) - start,
        });
      }
    })();
    await vi.advanceTimersByTimeAsync(60_000);
    await using;
    expect(accepted).toEqual([
      { atSecond: 0, timeStep: 0 },
      { atSecond: 0, timeStep: 1 },
      { atSecond: 20, timeStep: 2 },
      { atSecond: 50, timeStep: 3 },
    ]);
  });

  it('gives callers at the same time different codes', async () => {
    const secret = generateTotpSecret();
    const codes = Promise.all([nextTotp(secret), nextTotp(secret), nextTotp(secret)]);
    await vi.advanceTimersByTimeAsync(30_000);
    const steps = (await codes).map((code) => verifyTotp(secret, code, { at: startedAt, driftSteps: 3 })?.timeStep);
    expect(new Set(steps).size).toBe(3);
  });

  it('keeps secrets apart, and starts at the current step again after a pause', async () => {
    const [one, other] = [generateTotpSecret(), generateTotpSecret()];
    expect(await nextTotp(one)).toBe(totpOf(one));
    expect(await nextTotp(other)).toBe(totpOf(other));
    vi.setSystemTime(startedAt.getTime() + 300_000);
    expect(await nextTotp(one)).toBe(totpOf(one));
  });
});
