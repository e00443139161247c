import { randomInt, randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Attempts } from '../../apps/api/src/attempts/attempts.js';
import { signUpLimits } from '../../apps/api/src/auth/attempt-limits.js';
import { openApplication, type TestApplication } from '../support/api-application.js';
import { aToken } from '../support/builders.js';
import type { Answer } from '../support/client.js';
import { aUser, type TestUser } from '../support/console.js';
import { statuses } from '../support/load.js';
import { useApi, type UsedApi } from '../support/use-api.js';

/** A flood has many connections, but not one for each of its requests. */
const agent = new Agent({ keepAlive: true, maxSockets: 400 });

const anAddress = () => `10.${randomInt(256)}.${randomInt(256)}.${randomInt(1, 255)}`;

function signIn(api: UsedApi, email: string, options: { address?: string; password?: string } = {}): Promise<Answer> {
  const { address = anAddress(), password = 'not the heron' } = options;
  return api.console({ address, agent }).post('/app/auth/sign-in', { email, password });
}

const rightly = (api: UsedApi, { email, password }: TestUser, address = anAddress()) =>
  signIn(api, email, { address, password });

describe.each([
  ['with Redis', {}],
  ['without Redis', { redisUrl: 'none' }],
])('wrong passwords, %s,', (_how, options) => {
  const api = useApi(options);
  const other = useApi(options);

  it('are ten at one account from one address, over all processes, and the right one is not heard after them', async () => {
    const [user, address] = [await aUser({ hasTotp: false }), anAddress()];

    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) => signIn(index % 2 === 0 ? api : other, user.email, { address })),
    );

    expect(statuses(answers)).toEqual({ 401: 10, 429: 20 });
    const limited = await rightly(other, user, address);
    expect(limited.error.code).toBe('rate_limited');
    expect(Number(limited.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    expect(Number(limited.headers['retry-after'])).toBeLessThanOrEqual(90);
    expect(limited.headers).not.toHaveProperty('set-cookie');
  });

  it('at one address do not keep the owner out at another', async () => {
    const [user, address] = [await aUser({ hasTotp: false }), anAddress()];
    for (let guess = 0; guess < 12; guess++) await signIn(api, user.email.toUpperCase(), { address });
    expect((await rightly(api, user, address)).status).toBe(429);
    expect((await rightly(api, user)).status).toBe(200);
  });

  it('are thirty at one account from many addresses, and do not keep the owner out where they are known', async () => {
    const [user, home] = [await aUser({ hasTotp: false }), '2001:db8:1:2::7'];
    expect((await rightly(api, user, home)).status).toBe(200);

    const answers = await Promise.all(Array.from({ length: 40 }, () => signIn(api, user.email)));

    expect(statuses(answers)).toEqual({ 401: 30, 429: 10 });
    expect((await rightly(api, user)).status).toBe(429);
    expect((await rightly(api, user, '2001:db8:1:2:ffff::1')).status).toBe(200);
    // The right one has made an end of the count.
    expect((await rightly(api, user)).status).toBe(200);
  });

  it('are limited alike at an account that does not exist', async () => {
    const [email, address] = [`${randomUUID()}@acme.test`, anAddress()];
    const answers: Answer[] = [];
    for (let guess = 0; guess < 12; guess++) answers.push(await signIn(api, email, { address }));
    expect(answers.map(({ status }) => status)).toEqual([...Array<number>(10).fill(401), 429, 429]);
  });

  it('are a hundred at all accounts from one address, an IPv6 /64 being one', async () => {
    const network = `2001:db8:${randomInt(65_536).toString(16)}`;
    const answers = await Promise.all(
      Array.from({ length: 130 }, (_, host) =>
        signIn(api, `${randomUUID()}@acme.test`, { address: `${network}:1:${host.toString(16)}::1` }),
      ),
    );
    const { 401: tried = 0, 429: limited = 0 } = statuses(answers);
    // While they are tried the bucket refills, by one in nine seconds.
    expect(tried).toBeGreaterThanOrEqual(100);
    expect(tried).toBeLessThanOrEqual(104);
    expect(tried + limited).toBe(130);
    const neighbour = { address: `${network}:2::1` };
    expect((await signIn(api, `${randomUUID()}@acme.test`, neighbour)).status).toBe(401);
  });

  it('are forgotten once the right one came, which itself counts for nothing', async () => {
    const [user, address] = [await aUser({ hasTotp: false }), anAddress()];
    for (let round = 0; round < 4; round++) {
      for (let guess = 0; guess < 9; guess++) expect((await signIn(api, user.email, { address })).status).toBe(401);
      expect((await rightly(api, user, address)).status).toBe(200);
    }
    for (let time = 0; time < 70; time++) expect((await rightly(api, user, address)).status).toBe(200);
  });
});

describe('a flood of sign-ins', { timeout: 60_000 }, () => {
  // One hash at a time, dearer than the other tests': the line must grow faster than it is worked off.
  const api = useApi({ env: { ARGON2_MEMORY_KIBIBYTES: '4096', ARGON2_CONCURRENCY: '1' } });

  it('over many accounts from one address is stopped early, and true owners get in meanwhile', async () => {
    const victims = await Promise.all(Array.from({ length: 20 }, () => aUser({ hasTotp: false })));
    const attacker = anAddress();
    const flood = Array.from({ length: 1_000 }, (_, index) =>
      signIn(api, victims[index % victims.length]?.email ?? '', { address: attacker }),
    );

    const owners = await Promise.all(victims.map((victim) => rightly(api, victim)));
    const { 401: tried = 0, 429: limited = 0 } = statuses(await Promise.all(flood));

    expect(statuses(owners)).toEqual({ 200: 20 });
    expect(tried).toBeLessThanOrEqual(105);
    expect(tried + limited).toBe(1_000);
  });

  it('from many addresses waits in a line of limited length, and the API answers others at once', async () => {
    const token = await aToken();
    const owner = await aUser({ hasTotp: false });
    const call = api.caller();
    await call('/api/v1/workspace', { token: token.secret });

    let isOver = false;
    const flood = Promise.all(Array.from({ length: 400 }, () => signIn(api, `${randomUUID()}@acme.test`))).finally(
      () => (isOver = true),
    );
    const tooks: number[] = [];
    while (!isOver) {
      const startedAt = performance.now();
      expect((await call('/api/v1/workspace', { token: token.secret })).status).toBe(200);
      tooks.push(performance.now() - startedAt);
    }
    const answers = await flood;

    const { 401: tried = 0, 503: busy = 0 } = statuses(answers);
    expect(tried + busy).toBe(400);
    expect(tried).toBeGreaterThanOrEqual(256);
    expect(busy).toBeGreaterThan(0);
    for (const { headers } of answers.filter(({ status }) => status === 503)) expect(headers['retry-after']).toBe('3');
    // A call that waited for the line of hashes would have taken seconds, and there would be few of them.
    expect(tooks.length).toBeGreaterThan(20);
    expect(tooks.toSorted((a, b) => a - b)[Math.floor(tooks.length / 2)]).toBeLessThan(1_000);
    expect((await rightly(api, owner)).status).toBe(200);
  });
});

describe('sign-ups', () => {
  const api = useApi();
  let application: TestApplication;
  beforeAll(async () => {
    application = await openApplication();
  });
  afterAll(() => application.close());

  const signUp = (address: string, body: Record<string, unknown> = {}) =>
    api.console({ address }).post('/app/auth/sign-up', {
      email: `${randomUUID()}@acme.test`,
      password: 'a heron on the roof',
      name: 'Ada Whitfield',
      workspaceName: 'Acme',
      ...body,
    });

  it('are two hundred an hour from one address; those that are not valid do not count', async () => {
    const address = anAddress();
    const attempts = application.app.get(Attempts, { strict: false });
    for (let signedUp = 0; signedUp < 199; signedUp++) await attempts.take(signUpLimits(address));

    for (let time = 0; time < 3; time++) expect((await signUp(address, { password: 'short' })).status).toBe(400);
    expect((await signUp(address)).status).toBe(201);
    const limited = await signUp(address);

    expect([limited.status, limited.error.code]).toEqual([429, 'rate_limited']);
    expect(Number(limited.headers['retry-after'])).toBeLessThanOrEqual(18);
    expect((await signUp(anAddress())).status).toBe(201);
  });
});
