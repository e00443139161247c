import { newUuid } from '@calkeep/contract';
import { UnrecoverableError, type TokenRequestBatch } from '@calkeep/queue';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TokenUsageService } from '../../apps/api/src/token-usage/token-usage.service.js';
import { Retention } from '../../apps/api/src/upkeep/retention.js';
import { openApplication, type TestApplication } from '../support/api-application.js';
import { aToken, arrange, type TestToken } from '../support/builders.js';

let application: TestApplication;
let usage: TokenUsageService;

beforeAll(async () => {
  application = await openApplication();
  usage = application.app.get(TokenUsageService, { strict: false });
});
afterAll(() => application.close());

const hourAgo = new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000 - 3_600_000).toISOString();

function aBatch(
  tokens: readonly [TestToken, ...{ uuid: string }[]],
  { countedAt = new Date() } = {},
): TokenRequestBatch {
  const some = { hour: hourAgo, succeeded: 5, clientErrors: 3, serverErrors: 1, rateLimited: 2 };
  return {
    ...{ workspaceId: tokens[0].workspace.uuid, id: newUuid() },
    countedAt: countedAt.toISOString(),
    counts: tokens.map(({ uuid }) => ({ tokenId: uuid, ...some })),
  };
}

async function rowsOf({ uuid, workspace }: TestToken) {
  const { rows } = await arrange(workspace.uuid, (client) =>
    client.query<Record<string, number>>(
      `select succeeded::int, client_errors::int, server_errors::int, rate_limited::int
       from api_token_usage where workspace_id = $1 and token_id = $2 order by hour`,
      [workspace.uuid, uuid],
    ),
  );
  return rows.map((row) => Object.values(row));
}

it('a batch is added once, however often its job runs, beside itself or after', async () => {
  const token = await aToken();
  const batch = aBatch([token]);

  await Promise.all(Array.from({ length: 4 }, () => usage.record(batch)));
  await usage.record(batch);

  expect(await rowsOf(token)).toEqual([[5, 3, 1, 2]]);
});

it('batches of many tokens at once are all added, whatever their order', async () => {
  const token = await aToken();
  const more = () => aToken({ workspace: token.workspace });
  const [second, third, fourth] = [await more(), await more(), await more()];

  await Promise.all(
    Array.from({ length: 12 }, (_, index) =>
      usage.record(aBatch(index % 2 ? [token, second, third, fourth] : [fourth, third, second, token])),
    ),
  );

  for (const each of [token, second, third, fourth]) expect(await rowsOf(each)).toEqual([[60, 36, 12, 24]]);
});

it('tokens of another workspace, and ones that are nowhere, are passed over', async () => {
  const [ours, theirs] = [await aToken(), await aToken()];

  await usage.record(aBatch([ours, theirs, { uuid: newUuid() }]));

  expect(await rowsOf(ours)).toHaveLength(1);
  expect(await rowsOf(theirs)).toEqual([]);
});

it('a batch is refused for good once it may have been forgotten that it was added', async () => {
  const token = await aToken();
  const late = aBatch([token], { countedAt: new Date(Date.now() - 23 * 3_600_000 - 1_000) });

  await expect(usage.record(late)).rejects.toBeInstanceOf(UnrecoverableError);
  expect(await rowsOf(token)).toEqual([]);
});

it('upkeep removes batches after a day and hours after 400, and no others', async () => {
  const token = await aToken();
  const { uuid } = token.workspace;
  await usage.record(aBatch([token]));
  await arrange(uuid, async (client) => {
    await client.query(`insert into api_token_usage_batches values ($1, $2, now() - interval '1 s')`, [
      uuid,
      newUuid(),
    ]);
    await client.query(
      `insert into api_token_usage (workspace_id, token_id, hour, succeeded)
       select $1, $2, date_trunc('hour', now() - make_interval(days => days), 'UTC'), days from unnest('{399,401}'::int[]) days`,
      [uuid, token.uuid],
    );
  });

  const work = { workspaceId: uuid, kind: 'retention', version: '0' } as const;
  await application.app.get(Retention, { strict: false }).run(work);

  expect((await rowsOf(token)).map(([succeeded]) => succeeded)).toEqual([399, 5]);
  const { rowCount } = await arrange(uuid, (client) =>
    client.query('select from api_token_usage_batches where workspace_id = $1', [uuid]),
  );
  expect(rowCount).toBe(1);
});
