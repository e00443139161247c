import { contactData } from '@calkeep/contract';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApi, type ApiProcess } from '../support/api-process.js';
import { aToken, arrange, buildIn, type TestToken } from '../support/builders.js';
import { callerOf, type Answer, type Call } from '../support/client.js';
import { scratchDatabase, type ScratchDatabase } from '../support/database.js';
import { pause, take } from '../support/load.js';

const writers = 8;
const writesEach = 25;

let database: ScratchDatabase;
let api: ApiProcess;
let call: Call;

beforeAll(async () => {
  database = await scratchDatabase();
  buildIn(database);
  api = await startApi({ databaseUrl: database.appUrl });
  call = callerOf(api.baseUrl);
});
afterAll(async () => {
  await api.stop();
  await database.drop();
});

it(
  'with connections cut every 200 ms no acknowledged write is lost, and each key, retried, has made one contact',
  { timeout: 120_000 },
  async () => {
    const token = await aToken();
    const acknowledged = new Map<string, string>();
    let failures = 0;
    const write = async (key: string): Promise<void> => {
      for (;;) {
        const { answer } = await take(() => post(token, key));
        if (answer?.status === 201) return void acknowledged.set(key, contactData.parse(answer.data).contact.id);
        if (answer) expect([409, 503]).toContain(answer.status);
        failures++;
        await pause(20);
      }
    };

    const stop = cutConnections();
    await Promise.all(
      Array.from({ length: writers }, async (_writer, writer) => {
        for (let number = 0; number < writesEach; number++) await write(`${writer}-${number}`);
      }),
    );
    const cuts = await stop();

    const names = await namesIn(token.workspace.uuid);
    expect(names.sort()).toEqual([...acknowledged.keys()].sort());
    expect(new Set(acknowledged.values()).size).toBe(writers * writesEach);
    expect(cuts).toBeGreaterThan(0);
    console.info(`${cuts} connections cut, ${failures} answers that were none`);
  },
);

function post(token: TestToken, key: string): Promise<Answer> {
  const headers = { 'Idempotency-Key': key };
  const body = JSON.stringify({ firstName: key });
  return call('/api/v1/contacts', { method: 'POST', token: token.secret, headers, body });
}

/** @returns what stops it, and tells how many there were. */
function cutConnections(): () => Promise<number> {
  let isStopping = false;
  let cuts = 0;
  const cutting = (async () => {
    const client = new Client({ connectionString: database.superuserUrl });
    await client.connect();
    while (!isStopping) {
      const { rowCount } = await client.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and application_name like 'calkeep%' and pid <> pg_backend_pid()`,
      );
      cuts += rowCount ?? 0;
      await pause(200);
    }
    await client.end();
  })();
  return async () => {
    isStopping = true;
    await cutting;
    return cuts;
  };
}

async function namesIn(uuid: string): Promise<string[]> {
  const { rows } = await arrange(uuid, (client) =>
    client.query<{ name: string }>('select first_name as name from contacts where workspace_id = $1', [uuid]),
  );
  return rows.map(({ name }) => name);
}
