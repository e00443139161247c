import { workspaceData } from '@calkeep/contract';
import { expect, it } from 'vitest';
import { administerRows } from '../support/administer-rows.js';
import { aBooking, aToken, aWorkspace, someContacts } from '../support/builders.js';
import { useApi } from '../support/use-api.js';

const api = useApi();

it('is told with its name, plan, time zone and exact counts', async () => {
  const workspace = await aWorkspace({ name: 'Über "Acme"\u0001 😀', plan: 'enterprise' });
  const { secret } = await aToken({ workspace, scopes: ['workspace:read'] });
  await Promise.all([someContacts(workspace, 7), aBooking(workspace), aBooking(workspace)]);
  await administerRows(
    `update workspaces set timezone = 'Asia/Tokyo', created_at = '2026-01-02T03:04:05.6Z' where id = $1`,
    [workspace.uuid],
  );

  const answer = await api.call('/api/v1/workspace', { token: secret });

  expect(workspaceData.parse(answer.data)).toEqual({
    workspace: {
      id: workspace.id,
      name: 'Über "Acme"\u0001 😀',
      slug: 'acme',
      plan: 'enterprise',
      timezone: 'Asia/Tokyo',
      createdAt: '2026-01-02T03:04:05.600Z',
      counts: { contacts: 7, bookings: 2, tasks: 0, reminders: 0, calendarAccounts: 0 },
    },
  });
});

it('is the token’s own, whatever a header, a cookie or the query says', async () => {
  const [mine, other] = await Promise.all([aWorkspace(), aWorkspace()]);
  const { secret } = await aToken({ workspace: mine });
  const headers = {
    'X-Workspace-Id': other.id,
    'X-Tenant-Id': other.uuid,
    'X-Forwarded-Host': `${other.id}.example.com`,
    Cookie: `ws=${other.id}`,
  };

  const answer = await api.call('/api/v1/workspace', { token: secret, headers });

  expect(workspaceData.parse(answer.data).workspace.id).toBe(mine.id);
  expect((await api.call(`/api/v1/workspace?workspaceId=${other.id}`, { token: secret })).status).toBe(400);
});
