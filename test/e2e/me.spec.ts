import { meData, newUuid, scopes, toPublicId } from '@calkeep/contract';
import { expect, it } from 'vitest';
import { administerRows } from '../support/administer-rows.js';
import { aToken, aWorkspace } from '../support/builders.js';
import { useApi } from '../support/use-api.js';

const api = useApi();

it('tells a token of itself, its workspace, and its limits', async () => {
  const workspace = await aWorkspace({ name: 'Initrode', requestsPerMinute: null });
  const token = await aToken({ workspace, scopes: ['contacts:read'], label: 'CRM sync', quota: null });

  const answer = await api.call('/api/v1/me', { token: token.secret });

  expect(answer.status).toBe(200);
  expect(meData.parse(answer.data)).toEqual({
    token: {
      id: token.id,
      label: 'CRM sync',
      displayPrefix: token.secret.slice(0, 12),
      scopes: ['contacts:read'],
      mode: 'live',
      expiresAt: null,
    },
    workspace: { id: workspace.id, name: 'Initrode', plan: 'business' },
    issuer: null,
    limits: { token: { requests: 120, windowSeconds: 60 }, workspace: { requests: 600, windowSeconds: 60 } },
  });
});

it('tells who issued the token, its end, and the limits that the operator set', async () => {
  const workspace = await aWorkspace({ requestsPerMinute: 7 });
  const expiresAt = new Date(Date.now() + 86_400_000);
  const token = await aToken({ workspace, expiresAt, quota: { requests: 3, windowSeconds: 9 } });
  const issuer = { uuid: newUuid(), name: 'Ada "Countess" Lovelace\u0001' };
  await administerRows(`insert into users (id, email, name, password_hash) values ($1, $2, $3, '-')`, [
    issuer.uuid,
    `${issuer.uuid}@example.com`,
    issuer.name,
  ]);
  await administerRows('update api_tokens set created_by = $1 where id = $2', [issuer.uuid, token.uuid]);

  const me = meData.parse((await api.call('/api/v1/me', { token: token.secret })).data);

  expect(me.issuer).toEqual({ id: toPublicId('user', issuer.uuid), name: issuer.name });
  expect(me.token.expiresAt).toBe(expiresAt.toISOString());
  expect(me.limits).toEqual({
    token: { requests: 3, windowSeconds: 9 },
    workspace: { requests: 7, windowSeconds: 60 },
  });
});

it('tells nothing of the secret beyond its display prefix', async () => {
  const token = await aToken({ scopes });
  const answer = await api.call('/api/v1/me', { token: token.secret });
  expect(answer.text).not.toContain(token.secret.slice(0, 13));
  expect(answer.text).not.toContain(token.secret.slice(12, 20));
});
