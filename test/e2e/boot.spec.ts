import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { startApi, type ApiProcessOptions } from '../support/api-process.js';
import { tokenPeppers } from '../support/secrets.js';
import { serviceUrl } from '../support/service-url.js';

const password = randomBytes(12).toString('hex');
const pepper = tokenPeppers.split(':')[1] ?? '';

/** What the process says when it does not start, and what it must not say. */
it.concurrent.each<[string, ApiProcessOptions | (() => ApiProcessOptions), RegExp]>([
  ['no peppers', { env: { TOKEN_PEPPERS: '' } }, /TOKEN_PEPPERS is required: .*keyId:base64/],
  [
    'a pepper that is too short',
    { env: { TOKEN_PEPPERS: `a:${Buffer.from(password).toString('base64')}` } },
    /TOKEN_PEPPERS.*expected 32 to 64/,
  ],
  ['a pepper without an id', { env: { TOKEN_PEPPERS: pepper } }, /TOKEN_PEPPERS.*expected <id>:<base64>/],
  [
    'a database URL that is none',
    { databaseUrl: `mysql://root:${password}@localhost/x` },
    /DATABASE_URL must be a postgresql:\/\/ URL/,
  ],
  [
    'a database that is not there',
    { databaseUrl: `postgresql://calkeep_app:${password}@127.0.0.1:1/x` },
    /ECONNREFUSED/,
  ],
  ['a wrong password', () => ({ databaseUrl: withPassword(serviceUrl('appUrl')) }), /password authentication failed/],
  [
    'the owner’s role',
    () => ({ databaseUrl: serviceUrl('ownerUrl') }),
    /calkeep_owner owns.*Set DATABASE_URL.*calkeep_app/,
  ],
  ['a superuser', () => ({ databaseUrl: serviceUrl('superuserUrl') }), /is a superuser.*Set DATABASE_URL.*calkeep_app/],
  ['a proxy that is no address', { env: { TRUSTED_PROXIES: 'proxy.internal' } }, /TRUSTED_PROXIES/],
])('does not start with %s, says what to set, and tells no secret', async (_what, options, message) => {
  const refusal = await refusalOf(typeof options === 'function' ? options() : options);
  expect(refusal).toContain('the API ended with 1');
  expect(refusal.replaceAll('\n', ' ')).toMatch(message);
  for (const secret of [password, pepper, Buffer.from(password).toString('base64')])
    expect(refusal).not.toContain(secret);
});

async function refusalOf(options: ApiProcessOptions): Promise<string> {
  try {
    await (await startApi(options)).stop();
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
  throw new Error('it started');
}

function withPassword(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  url.password = password;
  return url.href;
}
