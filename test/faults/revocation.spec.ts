import { newUuid, toPublicId } from '@calkeep/contract';
import { mintApiToken } from '@calkeep/security';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Admissions } from '../../apps/api/src/admission/admissions.js';
import { TokenRevocation } from '../../apps/api/src/api-tokens/token-revocation.js';
import { openApplication, type TestApplication } from '../support/api-application.js';
import { aToken, arrange, aWorkspace, type TestWorkspace } from '../support/builders.js';
import type { Call } from '../support/client.js';
import { insist } from '../support/insist.js';
import { startLoad, statuses, take, type Sample } from '../support/load.js';
import { pepperKeyring } from '../support/secrets.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { TokenAdmin } from '../support/token-admin.js';
import { useApi } from '../support/use-api.js';
import { describeWithRedis, sharedRedisUrl } from '../support/with-redis.js';
import { aWorkspaceCaller } from '../support/workspace-caller.js';

const revocations = 10_000;
/**
 * A machine that is too slow for all of them does as many as this leaves it time for. For all of them, whatever it takes:
 *   REVOCATION_SECONDS=3600 npx vitest run test/faults/revocation.spec.ts
 */
const secondsMax = Number(process.env['REVOCATION_SECONDS'] ?? 90);
const tokensAtOnce = 8;

describeWithRedis('on every process at once', () => {
  let application: TestApplication;
  const apis = [useApi(), useApi()];
  const calls: Call[] = apis.map((api) => (path, options) => api.call(path, options));

  beforeAll(async () => {
    application = await openApplication();
  });
  afterAll(() => application.close());

  it(
    `none of the requests that start after the answer of one of ${revocations} revocations is accepted`,
    { timeout: 10_000 * secondsMax },
    async () => {
      const counts = { revocations: 0, acceptedBefore: 0, refusedAfter: 0 };
      const lanes = await Promise.all(Array.from({ length: tokensAtOnce }, () => aLane(revocations / tokensAtOnce)));
      const startedAt = performance.now();
      const elapsedSeconds = () => Math.round((performance.now() - startedAt) / 1000);

      await Promise.all(
        lanes.map(async ({ admins, tokens }) => {
          for (const token of tokens) {
            if (elapsedSeconds() >= secondsMax) return;
            const number = counts.revocations++;
            const admin = admins[number % admins.length] ?? fail();
            const { samples, answeredAt } = await revokeUnderLoad(admin, token, addressOf(number));
            const before = samples.filter(({ endedAt }) => endedAt < answeredAt);
            const after = samples.filter((sample) => sample.startedAt >= answeredAt);
            expect(after.filter(({ status }) => status === 200)).toEqual([]);
            counts.acceptedBefore += statuses(before)[200] ?? 0;
            counts.refusedAfter += statuses(after)[401] ?? 0;
          }
        }),
      );

      console.info(`in ${elapsedSeconds()} s:`, counts);
      expect(counts.revocations).toBeGreaterThanOrEqual(200);
      // Warm on both processes when it was revoked, and asked again on both, but for what an overloaded machine refuses.
      expect(counts.acceptedBefore).toBeGreaterThan(1.9 * counts.revocations);
      expect(counts.refusedAfter).toBeGreaterThan(1.9 * counts.revocations);
    },
  );

  it('a token that one process cannot tell the caches of is refused everywhere once the revocation returns', async ({
    onTestFinished,
  }) => {
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
      .get(TokenRevocation, { strict: false })
      .revoke(await aWorkspaceCaller(token.workspace), token.id, { reason: null });
    const returnedAt = performance.now();
    await load.more(20);

    const after = (await load.stop()).filter(({ startedAt }) => startedAt >= returnedAt);
    expect(after.length).toBeGreaterThan(10);
    // Its own address is braked by now: refused in either case.
    expect(after.filter(({ status }) => status !== 401 && status !== 429)).toEqual([]);
  }, 60_000);

  it('a token is good as soon as it was issued', async () => {
    const { secret } = await (await TokenAdmin.at(apis[0] ?? fail())).issue();
    const answers = await Promise.all(calls.map((call) => call('/api/v1/contacts', { token: secret })));
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

  /** A workspace's tokens, and an administrator at each process. */
  async function aLane(count: number) {
    const workspace = await aWorkspace();
    const admins = await Promise.all(apis.map((api) => TokenAdmin.at(api, { workspace, role: 'admin' })));
    return { admins, tokens: await someTokens(workspace, count) };
  }

  /** Both processes are asked before, during and after the revocation. */
  async function revokeUnderLoad(admin: TokenAdmin, { id, secret }: { id: string; secret: string }, address: string) {
    const samples: Sample[] = [];
    const use = async (call: Call) => {
      samples.push(await take(() => call('/api/v1/workspace', { token: secret, address })));
    };
    await Promise.all(calls.map(use));
    const during = calls.map(use);
    const answer = await insist(() => admin.postRevoke(id));
    const answeredAt = performance.now();
    await Promise.all([...during, ...calls.map(use)]);
    expect(answer.status).toBe(200);
    return { samples, answeredAt };
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

/** As `aToken` makes them, in one statement. */
async function someTokens({ uuid }: TestWorkspace, count: number): Promise<{ id: string; secret: string }[]> {
  const tokens = Array.from({ length: count }, () => ({ uuid: newUuid(), secret: mintApiToken('live').secret }));
  await arrange(uuid, async (client) => {
    await client.query(
      `insert into api_tokens (workspace_id, id, lineage_id, label, display_prefix, mode, scopes, quota, quota_window_seconds)
       select $1, id, id, 'A token', 'ck_live_0000', 'live', '{workspace:read}', 1000000, 60 from unnest($2::uuid[]) id`,
      [uuid, tokens.map((token) => token.uuid)],
    );
    await client.query(
      `insert into api_token_hashes (token_hash, key_id, workspace_id, token_id)
       select hash, 'test', $1, id from unnest($2::uuid[], $3::bytea[]) as token (id, hash)`,
      [uuid, tokens.map((token) => token.uuid), tokens.map(({ secret }) => pepperKeyring.hash(secret).hash)],
    );
  });
  return tokens.map((token) => ({ id: toPublicId('apiToken', token.uuid), secret: token.secret }));
}
