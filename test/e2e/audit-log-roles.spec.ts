import { newId, toPublicId, type Role } from '@calkeep/contract';
import { expect, it } from 'vitest';
import { aToken } from '../support/builders.js';
import { aMember, aUser } from '../support/console.js';
import { aReadLog, auditPathOf, eventsApart } from '../support/read-log.js';
import { registeredRoutes } from '../support/registered-routes.js';
import { useApi } from '../support/use-api.js';

const api = useApi();

const parts = ['', '/verify', '/checkpoints'];

it.each<[Role, number]>([
  ['owner', 200],
  ['admin', 200],
  ['auditor', 200],
  ['member', 403],
])('answers a reader who is %s with %s', async (role, status) => {
  const member = await aMember({ role });
  const reader = await api.console().enter(member, { mfaAgeSeconds: null });
  for (const part of parts) expect((await reader.get(auditPathOf(member.workspace, part))).status).toBe(status);
});

it('tells an outsider of a workspace what it tells of one that does not exist', async () => {
  const { workspace } = await aReadLog(api, eventsApart(1));
  const outsider = await api.console().enter(await aUser());
  for (const part of [...parts, '/export', '?page=0', '?cursor=x']) {
    const answers = await Promise.all(
      [workspace.id, newId('workspace'), 'ws_x', toPublicId('workspace', workspace.sandboxUuid)].map((id) =>
        outsider.get(auditPathOf({ id }, part)),
      ),
    );
    const told = answers.map(({ status, error }) => ({ status, code: error.code, message: error.message }));
    expect(new Set(told.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(told[0]).toMatchObject({ status: 404, code: 'not_found' });
  }
});

it('asks for a session whose sign-in is complete, and takes no token', async () => {
  const member = await aMember({ role: 'owner' });
  const { secret } = await aToken({ workspace: member.workspace });
  const pending = await api.console().enter(member, { isPending: true, mfaAgeSeconds: null });
  for (const part of [...parts, '/export']) {
    const path = auditPathOf(member.workspace, part);
    expect((await api.console().get(path)).error.code).toBe('session_required');
    expect((await api.call(path, { token: secret })).error.code).toBe('session_required');
    expect((await pending.get(path)).error.code).toBe('mfa_required');
  }
});

it('lets an auditor read the log, and nothing else of the workspace', async () => {
  const auditor = await aMember({ role: 'auditor' });
  const reader = await api.console().enter(auditor);
  const routes = await registeredRoutes();
  const others = routes.filter(
    ({ method, path }) => method === 'GET' && path.startsWith('/app/workspaces/:ws') && !path.includes('/audit-log'),
  );
  for (const { path } of others) {
    const answer = await reader.get(path.replace(':ws', auditor.workspace.id).replace(/:\w+/g, newId('apiToken')));
    expect({ path, status: answer.status }).toEqual({ path, status: 403 });
  }
  for (const part of parts) expect((await reader.get(auditPathOf(auditor.workspace, part))).status).toBe(200);
});

it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('lets nobody write: %s is not known', async (method) => {
  const member = await aMember({ role: 'owner' });
  const reader = await api.console().enter(member);
  for (const part of [...parts, '/export']) {
    const answer = await reader.call(method, auditPathOf(member.workspace, part), { json: {} });
    expect(answer.status).toBe(405);
    expect(answer.headers['allow']).toContain('GET');
  }
});
