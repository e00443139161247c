import { afterAll, beforeAll, expect, it } from 'vitest';
import { Admissions } from '../../apps/api/src/admission/admissions.js';
import { ApiTokensService } from '../../apps/api/src/api-tokens/api-tokens.service.js';
import { operator } from '../support/actor.js';
import { openApplication, type TestApplication } from '../support/api-application.js';
import { startApi, type ApiProcess } from '../support/api-process.js';
import { aToken, arrange, aWorkspace, type TestToken } from '../support/builders.js';
import { callerOf, type Call } from '../support/client.js';
import { pause, startLoad, take, type Sample } from '../support/load.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { describeWithRedis, sharedRedisUrl } from '../support/with-redis.js';

const revocations = 1_000;
/** As many as the revoking process has connections. */
const tokensAtOnce = 4;

describeWithRedis('on every process at once', () => {
  let application: TestApplication;
  let tokens: ApiTokensService;
  let apis: ApiProcess[] = [];
  let calls: Call[] = [];

  beforeAll(async () => {
    application = await openApplication();
    tokens = application.app.get(ApiTokensService, { strict: false });
    apis = await Promise.all([startApi(), startApi()]);
    calls = apis.map((api) => callerOf(api.baseUrl));
  });
  afterAll(async () => {
    await Promise.all(apis.map((api) => api.stop()));
    await application.close();
  });

  it.concurrent(
    `none of the requests that start after the return of one of ${revocations} revocations is accepted`,
    async () => {
      const workspaces = await Promise.all(Array.from({ length: tokensAtOnce }, () => aWorkspace()));
      const all = await Promise.all(
        Array.from({ length: revocations }, (_, number) =>
          aToken({ workspace: workspaces[number % tokensAtOnce] ?? fail() }),
        ),
      );
      const outcomes: RevokedUnderLoad[] = [];
      let next = 0;

      const worker = async () => {
        for (let number = next++; number < all.length; number = next++) {
          outcomes.push(await revokeUnderLoad(all[number] ?? fail(), addressOf(number)));
        }
      };
      await Promise.all(Array.from({ length: tokensAtOnce }, worker));

      expect(outcomes).toHaveLength(revocations);
      const before = outcomes.flatMap(({ samples, returnedAt }) =>
        samples.filter(({ startedAt }) => startedAt < returnedAt),
      );
      const after = outcomes.flatMap(({ samples, returnedAt }) =>
        samples.filter(({ startedAt }) => startedAt >= returnedAt),
      );
      expect(before.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(2 * revocations);
      expect(after.length).toBeGreaterThanOrEqual(4 * revocations);
      expect(after.filter(({ status }) => status !== 401)).toEqual([]);
      console.info(`${revocations} revocations: ${before.length} requests before, ${after.length} after`);
    },
    60_000,
  );

  it.concurrent(
    'a token that one process cannot tell the caches of is refused everywhere once the revocation returns',
    async ({ onTestFinished }) => {
      // The revoking process has lost its Redis; the others have not, and believe what is cached there.
      const proxy = await TcpProxy.before(sharedRedisUrl());
      onTestFinished(() => proxy.close());
      const cutOff = await openApplication({ redisUrl: proxy.url(sharedRedisUrl()) });
      onTestFinished(() => cutOff.close());
      onTestFinished(() => proxy.letGo());
      const token = await aToken();
      const load = startLoad(2, (client) =>
        callOf(client)('/api/v1/workspace', { token: token.secret, address: addressOf(revocations) }),
      );
      await load.more(20);
      proxy.hold();

      await cutOff.app
        .get(ApiTokensService, { strict: false })
        .revoke(token.workspace.uuid, operator, { tokenId: token.id });
      const returnedAt = performance.now();
      await load.more(20);

      const after = (await load.stop()).filter(({ startedAt }) => startedAt >= returnedAt);
      expect(after.length).toBeGreaterThan(10);
      // Its own address is braked by now: refused in either case.
      expect(after.filter(({ status }) => status !== 401 && status !== 429)).toEqual([]);
    },
    60_000,
  );

  it('a token is good as soon as it was issued', async () => {
    const workspace = await aWorkspace();
    const request = { label: 'New', scopes: ['workspace:read'], mode: 'live', expiresAt: null } as const;

    const { secret } = await tokens.issue(workspace.uuid, operator, request);

    const answers = await Promise.all(calls.map((call) => call('/api/v1/workspace', { token: secret })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });

  it('a token is bad as soon as it was disabled, and good as soon as it was enabled again', async () => {
    const token = await aToken();
    const statusesNow = () =>
      Promise.all(calls.map(async (call) => (await call('/api/v1/workspace', { token: token.secret })).status));
    const disable = async (disabledAt: Date | null) => {
      await arrange(token.workspace.uuid, (client) =>
        client.query('update api_tokens set disabled_at = $3 where workspace_id = $1 and id = $2', [
          token.workspace.uuid,
          token.uuid,
          disabledAt,
        ]),
      );
      const address = { workspaceId: token.workspace.uuid, tokenId: token.uuid };
      await application.app.get(Admissions, { strict: false }).forget(address);
    };
    expect(await statusesNow()).toEqual([200, 200]);

    await disable(new Date());
    expect(await statusesNow()).toEqual([401, 401]);
    await disable(null);
    expect(await statusesNow()).toEqual([200, 200]);
  });

  interface RevokedUnderLoad {
    samples: Sample[];
    returnedAt: number;
  }

  /** Clients of both processes use the token before, during and after its revocation. */
  async function revokeUnderLoad(token: TestToken, address: string): Promise<RevokedUnderLoad> {
    const samples: Sample[] = [];
    let isRevoked = false;
    const use = async (call: Call) => {
      const sample = await take(() => call('/api/v1/workspace', { token: token.secret, address }));
      samples.push(sample);
    };
    const hammer = async (call: Call) => {
      while (!isRevoked) {
        await use(call);
        await pause(10);
      }
    };
    await Promise.all(calls.map(use));
    const hammers = [...calls, ...calls].map(hammer);
    await tokens.revoke(token.workspace.uuid, operator, { tokenId: token.id });
    const returnedAt = performance.now();
    const afterwards = [...calls, ...calls].map(use);
    isRevoked = true;
    await Promise.all([...hammers, ...afterwards]);
    return { samples, returnedAt };
  }

  function callOf(client: number): Call {
    return calls[client % calls.length] ?? fail();
  }
});

/** One for each token, so that the brake on failed authentications stays out of it. */
function addressOf(number: number): string {
  return `198.18.${number >> 8}.${number & 255}`;
}

function fail(): never {
  throw new Error('the test asked for what it did not make');
}
