import { parsePublicId } from '@calkeep/contract';
import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { administerRows } from '../support/administer-rows.js';
import type { Console } from '../support/console.js';
import { totpOf } from '../support/totp-of.js';
import { useApi } from '../support/use-api.js';
import { serviceUrl } from '../support/service-url.js';

/** Secrets by what they are: each was told to a person once, and is nowhere else in a form that can be read. */
type Canaries = Record<string, string>;

describe('what is secret', () => {
  const api = useApi({ env: { LOG_LEVEL: 'trace' } });

  it('is in no log line, no row of the database and no answer but the one that told it', async () => {
    const admin = api.console();
    const answers: string[] = [];
    const canaries = await leadALife(admin, answers);

    const places = { log: await api.process.settledLogs(), database: await dump(), answers: answers.join('\n') };

    expect(Object.values(canaries).every((canary) => canary.length >= 10)).toBe(true);
    expect(findings(canaries, places)).toEqual([]);
    // What is no secret is found: the places were looked at.
    expect(findings({ label: 'Canary token' }, places)).toEqual(['label in database', 'label in answers']);
    expect(places.log).toContain('/app/auth/sign-in');
  });

  /** Everything that a person does with secrets, right and wrong. */
  async function leadALife(admin: Console, answers: string[]): Promise<Canaries> {
    const keep = <T extends { text: string }>(answer: T): T => {
      answers.push(answer.text);
      return answer;
    };
    const email = `canary-${crypto.randomUUID()}@example.com`;
    const password = `canary password ${crypto.randomUUID()}`;
    const wrongPassword = `wrong password ${crypto.randomUUID()}`;
    const account = { email, password, name: 'Ada', workspaceName: 'Canaries' };
    const signedUp = keep(await admin.post('/app/auth/sign-up', account));
    const { id: workspaceId } = signedUp.data['workspace'] as { id: string };
    const firstCookie = valueOf(admin.cookie);
    await administerRows(`update workspaces set plan_code = 'business' where id = $1`, [
      parsePublicId('workspace', workspaceId),
    ]);
    const { secret: totpSecret } = (await admin.post('/app/auth/mfa/totp/enroll')).data as { secret: string };
    const confirmed = await admin.post('/app/auth/mfa/totp/confirm', { code: totpOf(totpSecret) });
    const [code = '', unusedCode = ''] = confirmed.data['recoveryCodes'] as string[];
    const tokens = `/app/workspaces/${workspaceId}/api-tokens`;
    const issued = await admin.post(tokens, { label: 'Canary token', scopes: ['contacts:read'] });
    const { secret: token, token: described } = issued.data as { secret: string; token: { id: string } };
    keep(await api.call('/api/v1/contacts', { token }));
    const rotated = await admin.post(`${tokens}/${described.id}/rotate`, { overlapSeconds: 60 });
    const { secret: successor } = rotated.data as { secret: string };
    const invited = await admin.post(`/app/workspaces/${workspaceId}/members`, {
      email: `guest-${email}`,
      role: 'member',
    });
    const { link } = invited.data['invitation'] as { link: string };
    for (const path of [tokens, '/app/auth/session', '/app/auth/mfa', `/app/workspaces/${workspaceId}/audit-log`])
      keep(await admin.get(path));
    const lastCookie = valueOf(admin.cookie);

    const stranger = api.console();
    keep(await stranger.post('/app/auth/sign-in', { email, password: wrongPassword }));
    keep(await stranger.post('/app/auth/sign-in', { email, password }));
    keep(await stranger.post('/app/auth/mfa/totp/verify', { code: '000000' }));
    keep(await stranger.post('/app/auth/mfa/recovery/verify', { code }));
    keep(await api.call('/api/v1/token-revocations', { method: 'POST', body: JSON.stringify({ tokens: [token] }) }));
    keep(await api.call('/api/v1/contacts', { token }));
    const invitation = link.split('/').at(-1) ?? '';
    const secrets = { password, wrongPassword, totpSecret, code, unusedCode, token, successor, invitation };
    return { ...secrets, firstCookie, lastCookie, strangerCookie: valueOf(stranger.cookie) };
  }
});

function valueOf(cookie: string | null): string {
  return cookie?.split('=')[1] ?? '';
}

/** Also as they would look without their hyphens, encoded for a URL, or escaped in JSON. */
function findings(canaries: Canaries, places: Record<string, string>): string[] {
  return Object.entries(canaries).flatMap(([name, canary]) =>
    Object.entries(places)
      .filter(([, text]) => formsOf(canary).some((form) => text.includes(form)))
      .map(([place]) => `${name} in ${place}`),
  );
}

function formsOf(secret: string): string[] {
  return [secret, secret.replaceAll('-', ''), encodeURIComponent(secret), Buffer.from(secret).toString('base64')];
}

/** Every row of every table as text, as a dump has it. */
async function dump(): Promise<string> {
  const client = new Client({ connectionString: serviceUrl('superuserUrl') });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('public', 'jobs')`,
    );
    const texts: string[] = [];
    for (const { name } of tables) {
      const { rows } = await client.query<{ text: string }>(
        `select string_agg(t::text, E'\\n') as text from ${name} t`,
      );
      texts.push(rows[0]?.text ?? '');
    }
    return texts.join('\n');
  } finally {
    await client.end();
  }
}
