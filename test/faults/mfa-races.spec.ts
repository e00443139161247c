import { hash, randomBytes } from 'node:crypto';
import { Agent } from 'node:http';
import { newUuid, toPublicId } from '@calkeep/contract';
import { SealingKeyring, generateTotpSecret } from '@calkeep/security';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startApi, type ApiProcess } from '../support/api-process.js';
import { arrange } from '../support/builders.js';
import type { Answer } from '../support/client.js';
import { Console, aUser, type TestUser } from '../support/console.js';
import { until } from '../support/load.js';
import { aPasskey, authenticationOptions, passkeySettings, registrationOptions } from '../support/passkeys.js';
import {
  enrollTotp,
  recoveryCodesOf,
  recoveryPath,
  secondFactorsOf,
  totpPath,
  webauthnPath,
} from '../support/second-factors.js';
import { secretSettings } from '../support/secrets.js';
import { SoftwarePasskey } from '../support/software-passkey.js';
import { totpOf } from '../support/totp-of.js';

const races = 200;
/** At once, half of them on each process. */
const triesPerRace = 10;
const racesAtOnce = 2;
/** No try waits for a connection, nor is cut off, however busy the machine is: 503 is no outcome of a race. */
const patience = { DATABASE_POOL_MAX: String(2 * racesAtOnce * triesPerRace), DATABASE_TIMEOUT_MS: '120000' };
const settings = { env: { ...passkeySettings, ...patience } };
vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 });

const sealing = SealingKeyring.parse(secretSettings.SEALING_KEYS);
const agent = new Agent({ keepAlive: true, maxSockets: racesAtOnce * triesPerRace });
let apis: ApiProcess[] = [];

beforeAll(async () => {
  apis = await Promise.all([startApi(settings), startApi(settings)]);
  // A connection that has yet to be opened is no part of a race, be it to a process or from there to the database.
  await until(async () => {
    const asked = Array.from({ length: 2 * racesAtOnce * triesPerRace }, (_, index) =>
      consoleAt(index, 'calkeep_session=of-nobody').get('/app/auth/session'),
    );
    return (await Promise.all(asked)).every(({ status }) => status === 401);
  }, 100_000);
});
afterAll(async () => {
  await Promise.all(apis.map((api) => api.stop()));
  agent.destroy();
});

describe(`of ${triesPerRace} tries at once on two processes exactly one succeeds`, () => {
  it(`with a TOTP code, each from a session of its own, in ${races} races`, async () => {
    // Of fresh people: nobody has used the code of now.
    const people = await manyPeople(races, triesPerRace);
    await inTurns(people, async ({ secret, cookies }) => {
      const code = totpOf(secret);
      const answers = await atOnce((index) => consoleAt(index, cookies[index]).post(`${totpPath}/verify`, { code }));
      expectOneSuccess(answers);
    });
  });

  it(`with a recovery code, each from a session of its own, in ${races} races`, async () => {
    const codesEach = 10;
    const people = await manyPeople(races / codesEach, codesEach * triesPerRace);
    await inTurns(people, async ({ user, cookies }) => {
      const codes = await recoveryCodesOf(await consoleAt(0).enter(user));
      expect(codes).toHaveLength(codesEach);
      for (const code of codes) {
        const sessions = cookies.splice(0, triesPerRace);
        const answers = await atOnce((index) =>
          consoleAt(index, sessions[index]).post(`${recoveryPath}/verify`, { code }),
        );
        expectOneSuccess(answers);
      }
    });
  });

  it(`with the answer to a passkey’s challenge, in ${races} races`, async () => {
    const people = await manyPeople(races, 1);
    await inTurns(people, async ({ user, cookies: [cookie] }) => {
      // One that does not count its uses: the challenge alone decides.
      const { device } = await aPasskey(user);
      const options = await authenticationOptions(consoleAt(0, cookie));
      const response = device.authenticate(options, { counter: 0 });
      const answers = await atOnce((index) =>
        consoleAt(index, cookie).post(`${webauthnPath}/authenticate/verify`, { response }),
      );
      expectOneSuccess(answers);
    });
  });

  it('with copies of a passkey that counts, each for the challenge of a session of its own', async () => {
    const people = await manyPeople(20, triesPerRace);
    await inTurns(people, async ({ user, cookies }) => {
      const { device } = await aPasskey(user);
      const consoles = cookies.map((cookie, index) => consoleAt(index, cookie));
      const options = await Promise.all(consoles.map((console) => authenticationOptions(console)));
      const responses = options.map((asked) => device.authenticate(asked, { counter: 1 }));
      const answers = await Promise.all(
        consoles.map((console, index) =>
          console.post(`${webauthnPath}/authenticate/verify`, { response: responses[index] }),
        ),
      );
      expectOneSuccess(answers);
    });
  });
});

describe('on two processes at once', () => {
  it('an enrolment is confirmed once', async () => {
    await inTurns(await manyNewcomers(20), async (user) => {
      const console = await consoleAt(0).enter(user, { mfaAgeSeconds: null });
      const code = totpOf(await enrollTotp(console));
      const { cookie } = console;
      const answers = await atOnce((index) => consoleAt(index, cookie).post(`${totpPath}/confirm`, { code }));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(answers.every(({ status }) => status < 500)).toBe(true);
    });
  });

  it('two different first factors are one: the other one asks for a proof of it', async () => {
    await inTurns(await manyNewcomers(20), async (user) => {
      const [one, other] = [
        await consoleAt(0).enter(user, { mfaAgeSeconds: null }),
        await consoleAt(1).enter(user, { mfaAgeSeconds: null }),
      ];
      const code = totpOf(await enrollTotp(one));
      const response = new SoftwarePasskey().register(await registrationOptions(other));
      const answers = await Promise.all([
        one.post(`${totpPath}/confirm`, { code }),
        other.post(`${webauthnPath}/register/verify`, { response }),
      ]);
      const [winner, loser] = answers.sort((a, b) => a.status - b.status);
      expect(winner?.data['recoveryCodes']).toHaveLength(10);
      expect(loser?.error.code).toBe('mfa_required');
    });
  });

  it('the last two factors do not remove each other', async () => {
    const people = await manyPeople(50, 0);
    await inTurns(people, async ({ user }) => {
      const { id } = await aPasskey(user);
      const byTotp = await consoleAt(0).enter(user);
      const byPasskey = await consoleAt(1).enter(user, { mfaMethod: 'webauthn' });
      const answers = await Promise.all([byTotp.delete(`${webauthnPath}/${id}`), byPasskey.delete(totpPath)]);
      const [winner, loser] = answers.sort((a, b) => a.status - b.status);
      // Whoever is let in late finds its proof gone with the factor that it was proven by.
      expect([winner?.status, [409, 401].includes(loser?.status ?? 0)]).toEqual([204, true]);
      const { totp, passkeys } = await secondFactorsOf(await consoleAt(0).enter(user));
      expect((totp ? 1 : 0) + passkeys.length).toBe(1);
    });
  });
});

interface Person {
  user: TestUser;
  secret: string;
  /** Of pending sessions. */
  cookies: string[];
}

/** People with an authenticator, each with so many sessions that wait for it, in a few statements. */
async function manyPeople(count: number, sessionsEach: number): Promise<Person[]> {
  const people = Array.from({ length: count }, () => {
    const uuid = newUuid();
    const secret = generateTotpSecret();
    const email = `${uuid}@acme.test`;
    const user = { id: toPublicId('user', uuid), uuid, email, name: 'Ada Whitfield', password: '', totpSecret: secret };
    const secrets = Array.from({ length: sessionsEach }, () => randomBytes(32).toString('base64url'));
    return { user, secret, secrets, ...sealing.seal(secret, `user_totp_factors:secret:${uuid}`) };
  });
  const uuids = people.map(({ user }) => user.uuid);
  const sessions = people.flatMap(({ user, secrets }) => secrets.map((secret) => ({ uuid: user.uuid, secret })));
  await arrange('', async (client) => {
    await client.query(
      `insert into users (id, email, name, password_hash) select id, id || '@acme.test', 'Ada Whitfield', 'none'
       from unnest($1::uuid[]) id`,
      [uuids],
    );
    await client.query(
      `insert into user_totp_factors (user_id, secret_sealed, key_id, confirmed_at)
       select user_id, sealed, key_id, now() from unnest($1::uuid[], $2::bytea[], $3::text[]) f (user_id, sealed, key_id)`,
      [uuids, people.map(({ sealed }) => sealed), people.map(({ keyId }) => keyId)],
    );
    await client.query(
      `insert into sessions (id, user_id, secret_hash, is_pending, expires_at)
       select id, user_id, secret_hash, true, now() + interval '1 hour'
       from unnest($1::uuid[], $2::uuid[], $3::bytea[]) s (id, user_id, secret_hash)`,
      [
        sessions.map(() => newUuid()),
        sessions.map(({ uuid }) => uuid),
        sessions.map(({ secret }) => hash('sha256', secret, 'buffer')),
      ],
    );
  });
  return people.map(({ user, secret, secrets }) => ({
    user,
    secret,
    cookies: secrets.map((value) => `calkeep_session=${value}`),
  }));
}

function manyNewcomers(count: number): Promise<TestUser[]> {
  return Promise.all(Array.from({ length: count }, () => aUser({ hasTotp: false })));
}

/** A browser of its own at one of the processes in turn. */
function consoleAt(index: number, cookie: string | null = null): Console {
  const api = apis[index % apis.length];
  if (!api) throw new Error('no process runs');
  const console = new Console(api.baseUrl, { agent });
  console.cookie = cookie;
  return console;
}

async function inTurns<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const take = async () => {
    for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) await work(item);
  };
  await Promise.all(Array.from({ length: racesAtOnce }, take));
}

function atOnce(send: (index: number) => Promise<Answer>): Promise<Answer[]> {
  return Promise.all(Array.from({ length: triesPerRace }, (_, index) => send(index)));
}

function expectOneSuccess(answers: readonly Answer[]): void {
  const counts = answers.map(({ status }) => status).sort();
  expect(counts).toEqual([200, ...Array.from({ length: triesPerRace - 1 }, () => 401)]);
}
