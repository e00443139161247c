import { Client } from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { aUser } from '../support/console.js';
import { until } from '../support/load.js';
import { useApi } from '../support/use-api.js';
import { serviceUrl } from '../support/service-url.js';

const api = useApi();

it('a sign-in that waits while a first factor is being set up asks for that factor', async () => {
  const user = await aUser({ hasTotp: false });
  const enrolment = new Client({ connectionString: serviceUrl('superuserUrl') });
  await enrolment.connect();
  onTestFinished(() => enrolment.end());
  await enrolment.query('begin');
  const { rows } = await enrolment.query<{ pid: number }>(
    'select pg_backend_pid() as pid from users where id = $1 for no key update',
    [user.uuid],
  );
  await enrolment.query(
    `insert into user_totp_factors (user_id, secret_sealed, key_id, confirmed_at) values ($1, '\\x00', 'test', now())`,
    [user.uuid],
  );

  const console = api.console();
  const signedIn = console.signIn(user);
  await until(() => isWaitedFor(rows[0]?.pid ?? 0), 10_000);
  await enrolment.query('commit');

  expect((await signedIn).data).toMatchObject({ mfa: { required: true, methods: ['totp'] } });
  expect((await console.get('/app/auth/sessions')).error.code).toBe('mfa_required');
});

async function isWaitedFor(pid: number): Promise<boolean> {
  const watcher = new Client({ connectionString: serviceUrl('superuserUrl') });
  await watcher.connect();
  try {
    const { rows } = await watcher.query('select from pg_stat_activity where $1 = any(pg_blocking_pids(pid))', [pid]);
    return rows.length > 0;
  } finally {
    await watcher.end();
  }
}
