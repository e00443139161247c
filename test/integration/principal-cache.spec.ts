import { randomUUID } from 'node:crypto';
import { GuardedRedis } from '@calkeep/platform';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RedisGate } from '../../apps/api/src/admission/redis-gate.js';
import { deadToken, type Asking, type TokenStanding } from '../../apps/api/src/admission/token-standing.js';
import { pause } from '../support/load.js';
import { describeWithRedis, sharedRedisUrl } from '../support/with-redis.js';

const quota = { requests: 1_000, windowSeconds: 60 };

describeWithRedis('the cache of principals', () => {
  let redis: GuardedRedis;

  beforeAll(async () => {
    redis = new GuardedRedis(sharedRedisUrl());
    await redis.settled(2_000);
  });
  afterAll(() => redis.close());

  it('reads the database once for a token that is used again and again', async () => {
    const { gate, address, reads } = aGate([() => openStanding()]);

    for (let use = 0; use < 10; use++) expect((await gate.decide(address, listed)).kind).toBe('admitted');

    expect(reads()).toBe(1);
  });

  it('refuses a fill that was read before a revocation and arrives after it', async () => {
    const { gate, address, reads } = aGate([
      async () => {
        await gate.forget([address], 1_000);
        return openStanding();
      },
      () => deadToken,
    ]);

    expect((await gate.decide(address, listed)).kind).toBe('refused');
    expect((await gate.decide(address, listed)).kind).toBe('refused');
    expect(reads()).toBe(2);
  });

  it('refuses that fill also when others have asked and filled in between', async () => {
    const other = aGate([() => deadToken]);
    const { gate, address } = aGate([
      async () => {
        await gate.forget([address], 1_000);
        await other.gate.decide(address, listed);
        return openStanding();
      },
    ]);

    expect((await gate.decide(address, listed)).kind).toBe('refused');
  });

  it('refuses a fill whose lease was flushed away', async () => {
    const { gate, address, reads } = aGate([
      async () => {
        await redis.run((client) => client.del(`{${address.workspaceId}}:principal-lease:${address.tokenId}`));
        return openStanding();
      },
      () => deadToken,
    ]);

    expect((await gate.decide(address, listed)).kind).toBe('refused');
    expect(reads()).toBe(2);
  });

  it('refuses a fill that took longer than its lease', async () => {
    const { gate, address, reads } = aGate([
      async () => {
        await pause(2_100);
        return openStanding();
      },
      () => deadToken,
    ]);

    expect((await gate.decide(address, listed)).kind).toBe('refused');
    expect(reads()).toBe(2);
  });

  it('lets no entry outlive its token, however long the fill took', async () => {
    const { gate, address, reads } = aGate([
      async () => {
        const standing = { ...openStanding(), endsInMs: 300 };
        await pause(300);
        return standing;
      },
      () => deadToken,
    ]);
    await gate.decide(address, listed);
    await pause(50);

    expect((await gate.decide(address, listed)).kind).toBe('refused');
    expect(reads()).toBe(2);
  });

  it('admits listed addresses alone, warm or cold', async () => {
    const { gate, address } = aGate([() => openStanding('allowlist')]);

    expect((await gate.decide(address, listed)).kind).toBe('admitted');
    expect((await gate.decide(address, notListed)).kind).toBe('refused');
    expect((await gate.decide(address, listed)).kind).toBe('admitted');
  });

  it('asks again when a revocation comes between the judgement of an address and the charge', async () => {
    const { gate, address } = aGate([() => openStanding('allowlist'), () => deadToken]);
    await gate.decide(address, listed);
    const revokingWhileJudging = () => {
      void gate.forget([address], 1_000);
      return true;
    };

    expect((await gate.decide(address, { ...listed, isListed: revokingWhileJudging })).kind).toBe('refused');
  });

  it('charges nothing for a request that its address list refuses', async () => {
    const { gate, address } = aGate([() => openStanding('allowlist')]);
    await gate.decide(address, notListed);

    const verdict = await gate.decide(address, listed);

    expect(verdict).toMatchObject({ kind: 'admitted', tokenLeft: { remaining: quota.requests - 1 } });
  });

  /** A gate for a token of its own, whose standing is read so: the last way for every read after the others. */
  function aGate(ways: (() => TokenStanding | Promise<TokenStanding>)[]) {
    let count = 0;
    const readStanding = async () => {
      const way = ways[Math.min(count++, ways.length - 1)];
      return way ? way() : deadToken;
    };
    const gate = new RedisGate({ redis, readStanding, usageWindowMs: 60_000 });
    return { gate, address: { workspaceId: randomUUID(), tokenId: randomUUID() }, reads: () => count };
  }
});

const listed: Asking = { isListed: () => true, fingerprint: 'caller', isSampled: false };
const notListed: Asking = { ...listed, isListed: () => false };

function openStanding(gate: 'open' | 'allowlist' = 'open'): TokenStanding {
  return {
    gate,
    principal: {
      subject: { kind: 'token', id: randomUUID(), lineageId: randomUUID() },
      workspaceId: randomUUID(),
      homeWorkspaceId: randomUUID(),
      mode: 'live',
      plan: 'business',
      scopes: ['contacts:read'],
      expiresAt: null,
      retirement: null,
      limits: { token: quota, workspace: quota },
    },
    allowlists: gate === 'open' ? [] : [['192.0.2.0/24']],
    endsInMs: null,
  };
}
