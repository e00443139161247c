import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { parsePublicId } from '@calkeep/contract';
import { describe, expect, it, onTestFinished } from 'vitest';
import { administerRows } from '../support/administer-rows.js';
import type { Console } from '../support/console.js';
import { totpOf } from '../support/totp-of.js';
import { useApi } from '../support/use-api.js';
import { serviceUrl } from '../support/service-url.js';

const run = promisify(execFile);
const cli = path.resolve(import.meta.dirname, '../../apps/cli/dist/main.js');

interface Token {
  id: string;
  status: string;
}
interface Issued {
  token: Token;
  secret: string;
}
interface AuditEvent {
  seq: number;
  action: string;
  target: { id: string };
}

/** What an admin does with a token from the first day to the last, and what an auditor finds of it. */
describe('the whole life of a token', () => {
  const api = useApi();

  it('is what the admin was told, and is in the audit log step by step', { timeout: 60_000 }, async () => {
    const admin = api.console();
    const workspaceId = await signUp(admin);
    await run(process.execPath, [cli, 'plan', 'set', workspaceId, 'business'], { env: asOwner() });
    const tokens = `/app/workspaces/${workspaceId}/api-tokens`;

    const tooSoon = await admin.post(tokens, aRequest);
    expect([tooSoon.status, tooSoon.error.code]).toEqual([403, 'mfa_enrollment_required']);
    await enrolTotp(admin);

    const first = (await admin.post(tokens, aRequest)).data as unknown as Issued;
    expect(await statusOf(first)).toBe(200);

    const rotated = (await admin.post(`${tokens}/${first.token.id}/rotate`, { overlapSeconds: 600 })).data;
    const second = rotated as unknown as Issued;
    const old = await useOf(first);
    expect(old.status).toBe(200);
    expect(old.headers['deprecation']).toMatch(/^@\d+$/);
    expect(new Date(String(old.headers['sunset'])).getTime()).toBeGreaterThan(Date.now());
    const fresh = await useOf(second);
    expect([fresh.status, fresh.headers['deprecation'], fresh.headers['sunset']]).toEqual([200, undefined, undefined]);

    for (const { token } of [first, second]) {
      const revoked = await admin.post(`${tokens}/${token.id}/revoke`, { reason: 'the story ends' });
      expect((revoked.data as unknown as Issued).token.status).toBe('revoked');
    }
    expect([await statusOf(first), await statusOf(second)]).toEqual([401, 401]);

    const log = `/app/workspaces/${workspaceId}/audit-log`;
    await expect
      .poll(() => actionsOf(admin, log), { timeout: 10_000 })
      .toEqual(
        expect.arrayContaining([
          'WORKSPACE_CREATED',
          'PLAN_CHANGED',
          'MFA_ENROLLED',
          `API_TOKEN_ISSUED ${first.token.id}`,
          `API_TOKEN_USED ${first.token.id}`,
          `API_TOKEN_ROTATED ${first.token.id}`,
          `API_TOKEN_USED ${second.token.id}`,
          `API_TOKEN_REVOKED ${first.token.id}`,
          `API_TOKEN_REVOKED ${second.token.id}`,
        ]),
      );
    expect((await admin.get(`${log}/verify`)).data).toMatchObject({ valid: true });

    const kept = await verifyExport(admin, log);
    expect(kept).toMatchObject({ valid: true, checkpoint: 'valid' });

    const issued = (await events(admin, log)).find(({ action }) => action === 'API_TOKEN_ISSUED');
    await administerRows('set session_replication_role = replica; ' + alterationOf(issued?.seq ?? 0, workspaceId));
    expect((await admin.get(`${log}/verify`)).data).toMatchObject({ valid: false, firstBrokenSeq: issued?.seq });
    expect(await verifyExport(admin, log)).toMatchObject({ valid: false, firstBrokenSeq: issued?.seq });
  });

  const aRequest = { label: 'Zapier', scopes: ['contacts:read'], expiresInDays: 30 };

  const useOf = ({ secret }: Issued) => api.call('/api/v1/contacts?limit=1', { token: secret });
  const statusOf = async (issued: Issued) => (await useOf(issued)).status;
});

async function signUp(admin: Console): Promise<string> {
  const email = `story-${crypto.randomUUID()}@example.com`;
  const account = { email, password: 'a long story, well told', name: 'Ada Whitfield', workspaceName: 'Story' };
  const { status, data } = await admin.post('/app/auth/sign-up', account);
  const { workspace } = data as { workspace: { id: string; plan: string } };
  expect([status, workspace.plan]).toEqual([201, 'free']);
  return workspace.id;
}

async function enrolTotp(admin: Console): Promise<void> {
  const { secret } = (await admin.post('/app/auth/mfa/totp/enroll')).data as { secret: string };
  const confirmed = await admin.post('/app/auth/mfa/totp/confirm', { code: totpOf(secret) });
  expect(confirmed.data['recoveryCodes']).toHaveLength(10);
}

async function events(admin: Console, log: string): Promise<AuditEvent[]> {
  return (await admin.get(`${log}?limit=200`)).data['auditEvents'] as AuditEvent[];
}

/** Those of tokens with the token they are about. */
async function actionsOf(admin: Console, log: string): Promise<string[]> {
  return (await events(admin, log)).map(({ action, target }) =>
    action.startsWith('API_TOKEN_') ? `${action} ${target.id}` : action,
  );
}

/** What `calkeep audit verify` says of an export, without the server. */
async function verifyExport(admin: Console, log: string): Promise<unknown> {
  const folder = await mkdtemp(path.join(tmpdir(), 'calkeep-story-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const [file, keys] = [path.join(folder, 'audit.ndjson'), path.join(folder, 'keys.json')];
  await writeFile(file, (await admin.get(`${log}/export?format=ndjson`)).text);
  await writeFile(keys, (await admin.get('/.well-known/audit-checkpoint-keys.json')).text);
  const command = run(process.execPath, [cli, 'audit', 'verify', file, '--keys', keys, '--json']);
  const { stdout } = await command.catch((error: { stdout: string }) => error);
  return JSON.parse(stdout);
}

function asOwner(): NodeJS.ProcessEnv {
  const redisUrl = serviceUrl('redisUrl');
  return { PATH: process.env['PATH'], DATABASE_URL: serviceUrl('ownerUrl'), ...(redisUrl && { REDIS_URL: redisUrl }) };
}

/** As somebody with the superuser's password would cover a trace. */
function alterationOf(seq: number, workspaceId: string): string {
  const uuid = parsePublicId('workspace', workspaceId);
  return `update audit_events set actor_name = 'Somebody else' where workspace_id = '${uuid}' and seq = ${seq}`;
}
