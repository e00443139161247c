import { describe, expect, it } from 'vitest';
import type { Answer } from '../support/client.js';
import { aUser, type Console } from '../support/console.js';
import { statuses } from '../support/load.js';
import { aPasskey, passkeySettings } from '../support/passkeys.js';
import {
  enrollTotp,
  aTotpUser,
  recoveryCodesOf,
  recoveryPath,
  totpAt,
  totpPath,
  webauthnPath,
  wrongTotp,
} from '../support/second-factors.js';
import { totpOf } from '../support/totp-of.js';
import { useApi } from '../support/use-api.js';

const api = useApi({ env: passkeySettings });

/** So many in flight at once: the limits are tried here, not the server's queues. */
const clients = 10;

async function postTimes(console: Console, path: string, { times, body }: { times: number; body: unknown }) {
  const answers: Answer[] = [];
  let sent = 0;
  const send = async () => {
    while (sent++ < times) answers.push(await console.post(path, body));
  };
  await Promise.all(Array.from({ length: clients }, send));
  return answers;
}

describe('guessing', () => {
  it('TOTP codes is over after ten of a thousand, while the true owner gets in from elsewhere', async () => {
    const user = await aTotpUser();
    const intruder = await api.console().enter(user, { mfaAgeSeconds: null, isPending: true });
    const body = { code: wrongTotp(user.totpSecret) };

    const answers = await postTimes(intruder, `${totpPath}/verify`, { times: 1_000, body });

    expect(statuses(answers)).toEqual({ 401: 10, 429: 990 });
    const limited = answers.find(({ status }) => status === 429);
    expect(limited?.error.code).toBe('rate_limited');
    expect(Number(limited?.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    // The right one is not looked at either.
    const right = await intruder.post(`${totpPath}/verify`, { code: totpOf(user.totpSecret) });
    expect(right.status).toBe(429);
    expect((await api.console().signIn(user)).status).toBe(200);
  }, 60_000);

  it('starts afresh once a code was right', async () => {
    const user = await aTotpUser();
    const console = await api.console().enter(user);
    for (const step of [0, 1]) {
      const wrong = { times: 9, body: { code: wrongTotp(user.totpSecret) } };
      expect(statuses(await postTimes(console, `${totpPath}/verify`, wrong))).toEqual({ 401: 9 });
      expect((await console.post(`${totpPath}/verify`, { code: totpAt(user.totpSecret, step) })).status).toBe(200);
    }
  });

  it('TOTP codes is limited while an authenticator is being set up as well', async () => {
    const console = await api.console().enter(await aUser({ hasTotp: false }), { mfaAgeSeconds: null });
    const body = { code: wrongTotp(await enrollTotp(console)) };
    const answers = await postTimes(console, `${totpPath}/confirm`, { times: 15, body });
    expect(statuses(answers)).toEqual({ 401: 10, 429: 5 });
  });

  it('recovery codes is limited, while the true owner gets in from elsewhere', async () => {
    const user = await aTotpUser();
    const [code] = await recoveryCodesOf(await api.console().enter(user));
    const intruder = await api.console().enter(user, { mfaAgeSeconds: null, isPending: true });
    const wrong = { times: 50, body: { code: 'k7m2x-9xqp4-trw0h' } };
    expect(statuses(await postTimes(intruder, `${recoveryPath}/verify`, wrong))).toEqual({ 401: 10, 429: 40 });
    expect((await intruder.post(`${recoveryPath}/verify`, { code })).status).toBe(429);
    const owner = await api.console().enter(user, { mfaAgeSeconds: null, isPending: true });
    expect((await owner.post(`${recoveryPath}/verify`, { code })).status).toBe(200);
  });

  it.each(['authenticate', 'register'])('at what a passkey would answer is limited: %s', async (ceremony) => {
    const user = await aUser({ hasTotp: false });
    if (ceremony === 'authenticate') await aPasskey(user);
    const console = await api.console().enter(user);
    const answers = await postTimes(console, `${webauthnPath}/${ceremony}/verify`, {
      times: 15,
      body: { response: { id: 'AAAA' } },
    });
    expect(statuses(answers)).toEqual({ 401: 10, 429: 5 });
  });
});

describe('guessing without Redis', () => {
  const alone = useApi({ redisUrl: 'none' });

  it('is limited just the same', async () => {
    const user = await aTotpUser();
    const wrong = { times: 30, body: { code: wrongTotp(user.totpSecret) } };
    const answers = await postTimes(await alone.console().enter(user), `${totpPath}/verify`, wrong);
    expect(statuses(answers)).toEqual({ 401: 10, 429: 20 });
  });
});
