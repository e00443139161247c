import { rotatedTokenData } from '@calkeep/contract';
import { expect, it } from 'vitest';
import { aToken, aWorkspace, type TestWorkspace } from '../support/builders.js';
import type { Answer } from '../support/client.js';
import { insist } from '../support/insist.js';
import { startLoad, statuses } from '../support/load.js';
import { TokenAdmin } from '../support/token-admin.js';
import { useApi } from '../support/use-api.js';
import { describeWithRedis } from '../support/with-redis.js';

const rotationsAtOnce = 20;
const races = 50;

describeWithRedis('on two processes', () => {
  const apis = [useApi(), useApi()] as const;

  it(
    `of ${rotationsAtOnce} rotations of one token at once one succeeds, and there is always a secret that is good`,
    { timeout: 120_000 },
    async () => {
      const admins = await bothAt(await aWorkspace());
      let { id, secret } = await aToken({ workspace: admins[0].workspace });

      for (let round = 0; round < 5; round++) {
        const old = secret;
        const load = startLoad(4, (client) => apis[client % 2]?.call('/api/v1/me', { token: old }) ?? fail());
        await load.more(20);
        const answers = await Promise.all(
          Array.from({ length: rotationsAtOnce }, (_, index) =>
            insist(() => (admins[index % 2] ?? fail()).postRotate(id, 600)),
          ),
        );
        const rotated = rotatedTokenData.parse(answers.find(({ status }) => status === 201)?.data);
        const fresh = await Promise.all(apis.map(({ call }) => call('/api/v1/me', { token: rotated.secret })));
        await load.more(20);

        expect(statuses(answers)).toEqual({ 201: 1, 409: rotationsAtOnce - 1 });
        expect(statuses(await load.stop())).toEqual({ 200: load.samples.length });
        expect(statuses(fresh)).toEqual({ 200: 2 });
        ({ id } = rotated.token);
        ({ secret } = rotated);
      }
    },
  );

  it(`in ${races} races of a rotation with a revocation no secret survives`, { timeout: 120_000 }, async () => {
    const lanes = await Promise.all(Array.from({ length: 5 }, async () => bothAt(await aWorkspace())));
    let rotatedFirst = 0;
    await Promise.all(
      lanes.map(async (admins) => {
        for (let race = 0; race < races / lanes.length; race++) if (await runRace(admins, race)) rotatedFirst++;
      }),
    );
    console.info(`${races} races: the rotation came first in ${rotatedFirst}`);
  });

  /** @returns whether the rotation came first. */
  async function runRace(admins: readonly [TokenAdmin, TokenAdmin], race: number): Promise<boolean> {
    const old = await aToken({ workspace: admins[0].workspace });
    await Promise.all(apis.map(({ call }) => call('/api/v1/me', { token: old.secret })));
    const [rotating, revoking] = race % 2 === 0 ? admins : [admins[1], admins[0]];
    const rotate = () => insist(() => rotating.postRotate(old.id, race % 3 === 0 ? 0 : 600));
    const revoke = () => insist(() => revoking.postRevoke(old.id));
    // Each of them is the first to be sent in half of the races.
    const sent = race % 4 < 2 ? [rotate(), revoke()] : [revoke(), rotate()].reverse();
    const [rotation, revocation] = (await Promise.all(sent)) as [Answer, Answer];

    expect(revocation.status).toBe(200);
    expect([201, 409]).toContain(rotation.status);
    const secrets = [old.secret, ...(rotation.status === 201 ? [String(rotation.data['secret'])] : [])];
    for (const token of secrets)
      for (const { caller } of apis) expect((await caller()('/api/v1/me', { token })).status).toBe(401);
    return rotation.status === 201;
  }

  async function bothAt(workspace: TestWorkspace): Promise<[TokenAdmin, TokenAdmin]> {
    return [await TokenAdmin.at(apis[0], { workspace }), await TokenAdmin.at(apis[1], { workspace, role: 'admin' })];
  }
});

function fail(): never {
  throw new Error('the test asked for what it did not make');
}
