import { hash as argon2Hash, argon2i } from 'argon2';
import { describe, expect, it } from 'vitest';
import { PasswordHasher } from './password.js';
import { OverloadedError } from './semaphore.js';

/** The least that Argon2 takes: these tests are about behaviour, not about cost. */
const cheap = { memoryKibibytes: 8, passes: 1 };

describe('PasswordHasher', () => {
  it('accepts the password and nothing else', async () => {
    const hasher = new PasswordHasher(cheap);
    const stored = await hasher.hash('correct horse battery');
    expect(await hasher.verify(stored, 'correct horse battery')).toBe(true);
    for (const wrong of ['correct horse batter', 'correct horse battery ', 'Correct horse battery', '']) {
      expect(await hasher.verify(stored, wrong)).toBe(false);
    }
  });

  it('salts: one password has two hashes', async () => {
    const hasher = new PasswordHasher(cheap);
    expect(await hasher.hash('same')).not.toBe(await hasher.hash('same'));
  });

  it('uses argon2id with the OWASP minimum unless told otherwise', async () => {
    expect(await new PasswordHasher().hash('password')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  it('takes a password composed differently for the same', async () => {
    const hasher = new PasswordHasher(cheap);
    expect(await hasher.verify(await hasher.hash('Caf\u00e9'), 'Cafe\u0301')).toBe(true);
  });

  it('refuses whatever password a user without a hash presents', async () => {
    const hasher = new PasswordHasher(cheap);
    expect(await hasher.verify(null, '')).toBe(false);
    expect(await hasher.verify(null, 'anything')).toBe(false);
  });

  it('takes as long for an unknown user as for a wrong password', async () => {
    const hasher = new PasswordHasher();
    const stored = await hasher.hash('password');
    const known: number[] = [];
    const unknown: number[] = [];
    for (let round = 0; round < 7; round += 1) {
      known.push(await milliseconds(() => hasher.verify(stored, 'wrong')));
      unknown.push(await milliseconds(() => hasher.verify(null, 'wrong')));
    }
    // Wide, for a busy machine; without the dummy work the ratio would be below a hundredth.
    expect(median(unknown) / median(known)).toBeGreaterThan(0.4);
    expect(median(unknown) / median(known)).toBeLessThan(2.5);
  });

  it('asks for a new hash when the parameters or the variant are not those of today', async () => {
    const hasher = new PasswordHasher(cheap);
    const stored = await hasher.hash('password');
    expect(hasher.needsRehash(stored)).toBe(false);
    expect(new PasswordHasher({ ...cheap, memoryKibibytes: 16 }).needsRehash(stored)).toBe(true);
    expect(new PasswordHasher({ ...cheap, passes: 2 }).needsRehash(stored)).toBe(true);
    const variant = { type: argon2i, memoryCost: 8, timeCost: 1, parallelism: 1 } as const;
    expect(hasher.needsRehash(await argon2Hash('password', variant))).toBe(true);
  });

  it('still verifies a hash made with other parameters', async () => {
    const stored = await new PasswordHasher({ ...cheap, passes: 3 }).hash('password');
    expect(await new PasswordHasher(cheap).verify(stored, 'password')).toBe(true);
  });

  it('refuses work beyond its waiting room, for hashing, verifying and unknown users alike', async () => {
    const hasher = new PasswordHasher({ ...cheap, concurrencyMax: 1, waitingMax: 0 });
    const running = hasher.hash('password');
    await expect(hasher.hash('password')).rejects.toThrow(OverloadedError);
    await expect(hasher.verify(null, 'password')).rejects.toThrow(OverloadedError);
    expect(await hasher.verify(await running, 'password')).toBe(true);
  });

  it('throws for a stored hash that is none, instead of calling the password wrong', async () => {
    await expect(new PasswordHasher(cheap).verify('not a hash', 'password')).rejects.toThrow(TypeError);
  });
});

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function median(values: number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}
