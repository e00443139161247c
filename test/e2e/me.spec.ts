import { meData } from '@calkeep/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApi, type ApiProcess } from '../support/api-process.js';
import { aToken, aWorkspace } from '../support/builders.js';
import { callerOf, type Call } from '../support/client.js';

let api: ApiProcess;
let call: Call;

beforeAll(async () => {
  api = await startApi();
  call = callerOf(api.baseUrl);
});
afterAll(() => api.stop());

it('tells a token of itself, its workspace, and its limits', async () => {
  const workspace = await aWorkspace({ name: 'Initrode', requestsPerMinute: null });
  const token = await aToken({ workspace, scopes: ['contacts:read'], label: 'CRM sync', quota: null });

  const answer = await call('/api/v1/me', { token: token.secret });

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
