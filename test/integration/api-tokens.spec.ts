import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApi, type ApiProcess } from '../support/api-process.js';
import { arrange, aToken, aWorkspace, buildIn, type TestWorkspace } from '../support/builders.js';
import { callerOf, type Call } from '../support/client.js';
import { Console } from '../support/console.js';
import { connect, scratchDatabase, type ScratchDatabase } from '../support/database.js';
import { TokenAdmin } from '../support/token-admin.js';

/** A database in which no audit log takes an entry. */
let database: ScratchDatabase;
let api: ApiProcess;
let call: Call;
let console: () => Console;

beforeAll(async () => {
  database = await scratchDatabase();
  buildIn(database);
  // No Redis: what its jobs would record belongs to the other tests' database.
  api = await startApi({ databaseUrl: database.appUrl, redisUrl: 'none' });
  call = callerOf(api.baseUrl);
  console = () => new Console(api.baseUrl);
});
afterAll(async () => {
  await api.stop();
  await database.drop();
});

it('does nothing to a token that the audit log cannot tell of', async () => {
  const workspace = await aWorkspace();
  const admin = await TokenAdmin.at({ console }, { workspace });
  const { id, secret } = await aToken({ workspace });
  const before = await tokensOf(workspace);
  const superuser = await connect(database.superuserUrl);
  await superuser.query(
    `create trigger refuse before insert on audit_events execute function app.refuse_audit_change()`,
  );

  const changes = [
    await admin.post(),
    await admin.postRotate(id),
    await admin.postRevoke(id),
    await admin.patch(id, { disabled: true }),
    await call('/api/v1/me/token', { method: 'DELETE', token: secret }),
    await call('/api/v1/token-revocations', { method: 'POST', body: JSON.stringify({ tokens: [secret] }) }),
  ];

  expect(changes.map(({ status }) => status)).toEqual(changes.map(() => 500));
  expect(await tokensOf(workspace)).toEqual(before);
  expect((await call('/api/v1/me', { token: secret })).status).toBe(200);
});

async function tokensOf({ uuid }: TestWorkspace): Promise<unknown[]> {
  const { rows } = await arrange(uuid, (client) =>
    client.query(
      `select to_jsonb(t) as token, to_jsonb(h) as hash
       from api_tokens t full join api_token_hashes h on h.token_id = t.id and h.workspace_id = t.workspace_id
       where coalesce(t.workspace_id, h.workspace_id) = $1 order by t.id`,
      [uuid],
    ),
  );
  return rows;
}
