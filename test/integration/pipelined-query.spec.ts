import pg from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { runPipelined, type Prelude } from '../../libs/database/src/pipelined-query.js';
import { serviceUrl } from '../support/service-url.js';

const one = { name: 'test_one', text: 'select $1::int' };
const fine: Prelude = { name: 'test_fine', text: `select set_config('app.test', $1, false)`, values: ['fine'] };

async function aClient(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: serviceUrl('appUrl') });
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

it('answers with the rows of the statement, and of no prelude', async () => {
  const client = await aClient();
  for (let use = 0; use < 3; use++)
    expect(await runPipelined(client, { preludes: [fine, { text: 'select 7' }], statement: one, values: [1] })).toEqual(
      [[1]],
    );
});

it('prepares a named prelude once a connection, and the unnamed each time', async () => {
  const client = await aClient();
  const names = () => client.query<{ name: string }>('select name from pg_prepared_statements order by name');
  for (let use = 0; use < 3; use++)
    await runPipelined(client, { preludes: [fine, { text: 'select 7' }], statement: one, values: [1] });
  expect((await names()).rows.map(({ name }) => name)).toEqual(['test_fine', 'test_one']);
});

it.each<[string, Prelude]>([
  ['named', { name: 'test_division', text: `select 1 / $1::int`, values: ['0'] }],
  ['unnamed', { text: `select 1 / $1::int`, values: ['0'] }],
  ['that cannot be parsed', { name: 'test_nonsense', text: 'select nonsense' }],
])(
  'a prelude %s that fails keeps the statement from being executed, and spoils nothing for the next',
  async (_what, failing) => {
    const client = await aClient();
    const next = { name: 'test_next', text: `select set_config('app.test', $1, false)` };
    for (let use = 0; use < 2; use++) {
      await expect(
        runPipelined(client, { preludes: [fine, failing, fine], statement: next, values: ['executed'] }),
      ).rejects.toThrow();
      const seen = await runPipelined(client, {
        preludes: [],
        statement: { text: `select current_setting('app.test', true)` },
        values: [],
      });
      // What was set before the failure went with its transaction.
      expect(seen).not.toEqual([['executed']]);
    }
    const mended = { ...failing, values: ['1'] };
    if (failing.name !== 'test_nonsense')
      expect(await runPipelined(client, { preludes: [mended], statement: one, values: [2] })).toEqual([[2]]);
    expect(await runPipelined(client, { preludes: [fine], statement: next, values: ['executed'] })).toEqual([
      ['executed'],
    ]);
  },
);

it('a statement that fails undoes its preludes, and spoils nothing for the next', async () => {
  const client = await aClient();
  const division = { name: 'test_by', text: 'select 1 / $1::int' };
  const set: Prelude = { name: 'test_set', text: `select set_config('app.test', 'set', false)` };
  await expect(runPipelined(client, { preludes: [set], statement: division, values: [0] })).rejects.toThrow('division');
  expect((await client.query(`select current_setting('app.test', true) as test`)).rows[0]).not.toEqual({ test: 'set' });
  expect(await runPipelined(client, { preludes: [set], statement: division, values: [1] })).toEqual([[1]]);
});
