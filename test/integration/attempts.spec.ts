import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Attempts, type AttemptLimit } from '../../apps/api/src/attempts/attempts.js';
import { openApplication, type TestApplication } from '../support/api-application.js';

let application: TestApplication;
let withoutRedis: TestApplication;
/** Of two processes, as far as PostgreSQL can tell. */
let one: Attempts;
let other: Attempts;

beforeAll(async () => {
  [application, withoutRedis] = await Promise.all([openApplication(), openApplication({ redisUrl: 'none' })]);
  one = application.app.get(Attempts, { strict: false });
  other = withoutRedis.app.get(Attempts, { strict: false });
});
afterAll(() => Promise.all([application.close(), withoutRedis.close()]));

/** A limit of a test's own, which refills too slowly for it to notice. */
function aLimit(requests: number): AttemptLimit {
  return { name: 'test', subject: randomUUID(), quota: { requests, windowSeconds: 1_000_000 } };
}

describe('a limit of attempts', () => {
  it('admits exactly its size of many at once, over two processes and without Redis', async () => {
    const limit = aLimit(17);
    const tries = await Promise.allSettled(
      Array.from({ length: 60 }, (_, index) => (index % 2 === 0 ? one : other).take([limit])),
    );
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(17);
    for (const refused of tries.filter((outcome) => outcome.status === 'rejected'))
      expect(refused.reason).toMatchObject({ code: 'rate_limited', headers: { 'Retry-After': expect.any(String) } });
  });

  it('takes nothing out of the others when it refuses', async () => {
    const [narrow, wide] = [aLimit(1), aLimit(3)];
    await one.take([narrow, wide]);
    for (let attempt = 0; attempt < 5; attempt++)
      await expect(one.take([narrow, wide])).rejects.toMatchObject({ code: 'rate_limited' });
    await one.take([wide]);
    await one.take([wide]);
    await expect(one.take([wide])).rejects.toMatchObject({ code: 'rate_limited' });
  });

  it('says when the next attempt is due, and admits it then', async () => {
    const limit = { name: 'test', subject: randomUUID(), quota: { requests: 10, windowSeconds: 10 } };
    for (let attempt = 0; attempt < 10; attempt++) await one.take([limit]);
    const refusal = one.take([limit]);
    await expect(refusal).rejects.toMatchObject({ headers: { 'Retry-After': '1' } });
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await one.take([limit]);
  });

  it('has one more after one was given back, never more than its size, and all of them after a reset', async () => {
    const limit = aLimit(2);
    await one.giveBack([limit]);
    await one.take([limit]);
    await one.giveBack([limit]);
    await one.giveBack([limit]);
    await one.take([limit]);
    await one.take([limit]);
    await expect(one.take([limit])).rejects.toMatchObject({ code: 'rate_limited' });
    await one.reset([limit]);
    await one.take([limit]);
  });

  it('that is known to be empty is not asked for again before an attempt is due', async () => {
    const [empty, full] = [aLimit(1), aLimit(5)];
    await one.take([empty]);
    await expect(one.take([empty, full])).rejects.toMatchObject({ code: 'rate_limited' });
    const asked = vi.spyOn(application.database, 'global');

    await expect(one.take([full, empty])).rejects.toMatchObject({ code: 'rate_limited' });
    expect(() => one.refuseKnown([empty])).toThrow('Too many attempts');
    one.refuseKnown([full]);

    expect(asked).not.toHaveBeenCalled();
  });

  it('is taken, given back and reset with others at once in any order, and nobody waits in a circle', async () => {
    const limits = Array.from({ length: 5 }, () => aLimit(1_000_000));
    const reversed = limits.toReversed();
    const work = async (attempts: Attempts, isResetting: boolean) => {
      for (let round = 0; round < 60; round++) {
        await attempts.take(round % 2 === 0 ? limits : reversed);
        await (isResetting ? attempts.reset(reversed) : attempts.giveBack(reversed));
      }
    };
    const workers = [one, other, one, other, one, other].map((attempts, index) => work(attempts, index < 3));
    await expect(Promise.all(workers)).resolves.toHaveLength(6);
  });
});
