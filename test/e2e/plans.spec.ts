import { planCodes, plansData } from '@calkeep/contract';
import { expect, it } from 'vitest';
import { aUser } from '../support/console.js';
import { useApi } from '../support/use-api.js';

const api = useApi();

it('tells whoever is signed in what each plan offers, and nobody else', async () => {
  const console = await api.console().enter(await aUser());
  const { plans } = plansData.parse((await console.get('/app/plans')).data);
  expect(plans.map(({ code }) => code)).toEqual(planCodes);
  expect(plans.filter(({ hasApiTokens }) => hasApiTokens).map(({ code }) => code)).toEqual(['business', 'enterprise']);
  expect(plans.find(({ code }) => code === 'business')).toMatchObject({
    tokenRequestsPerMinute: 120,
    workspaceRequestsPerMinute: 600,
    activeTokensMax: 50,
  });
  const stranger = await api.console().get('/app/plans');
  expect([stranger.status, stranger.error.code]).toEqual([401, 'session_required']);
});
