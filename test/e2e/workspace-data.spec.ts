import { bookingsData, contactsData, sandboxResetData, tasksData, type Role } from '@calkeep/contract';
import { sandboxCounts } from '@calkeep/sample-data';
import { describe, expect, it } from 'vitest';
import { auditLogOf } from '../support/audit-log-of.js';
import { aBooking, aContact, aToken, aWorkspace, type TestWorkspace } from '../support/builders.js';
import { aMember, type Console } from '../support/console.js';
import { useApi } from '../support/use-api.js';

const api = useApi();

async function aConsole(role: Role, workspace: TestWorkspace): Promise<Console> {
  return api.console().enter(await aMember({ role, workspace }));
}

const schemas = { contacts: contactsData, bookings: bookingsData, tasks: tasksData };
const resources = ['contacts', 'bookings', 'tasks'] as const;

describe('what a workspace’s tokens see', () => {
  it.each(resources)(
    'is there for members to look at as /%s answers a token, live or in the sandbox',
    async (resource) => {
      const workspace = await aWorkspace();
      const admin = await aConsole('admin', workspace);
      await aContact(workspace);
      await aBooking(workspace);
      await admin.post(`/app/workspaces/${workspace.id}/sandbox/reset`);
      const member = await aConsole('member', workspace);
      for (const mode of ['live', 'test'] as const) {
        const { secret } = await aToken({ workspace, mode });
        const query = 'limit=5&sort=createdAt';
        const ofToken = await api.call(`/api/v1/${resource}?${query}`, { token: secret });
        const ofMember = await member.get(
          `/app/workspaces/${workspace.id}/${resource}?${query}${mode === 'test' ? '&mode=sandbox' : ''}`,
        );
        const list = schemas[resource].parse(ofMember.data);
        // The place of the next page is sealed anew each time.
        const pagination = {
          ...schemas[resource].parse(ofToken.data).pagination,
          nextCursor: list.pagination.nextCursor,
        };
        expect(list.pagination).toEqual(pagination);
        expect(ofMember.data[resource]).toEqual(ofToken.data[resource]);
        expect(JSON.stringify(list).length).toBeGreaterThan(20);
      }
    },
  );

  it('can be walked by cursor, and a live cursor opens nothing in the sandbox', async () => {
    const workspace = await aWorkspace();
    await Promise.all([1, 2, 3].map((each) => aContact(workspace, { email: `${each}@example.com` })));
    const member = await aConsole('member', workspace);
    const path = `/app/workspaces/${workspace.id}/contacts?limit=2`;
    const { nextCursor } = contactsData.parse((await member.get(path)).data).pagination;

    const next = await member.get(`${path}&cursor=${nextCursor}`);
    const elsewhere = await member.get(`${path}&cursor=${nextCursor}&mode=sandbox`);

    expect(contactsData.parse(next.data).contacts).toHaveLength(1);
    expect([elsewhere.status, elsewhere.error.code]).toEqual([400, 'invalid_request']);
  });

  it.each(['mode=test', 'mode=live&mode=sandbox', 'workspace=x', 'limit=0'])('refuses ?%s', async (query) => {
    const workspace = await aWorkspace();
    const answer = await (await aConsole('member', workspace)).get(`/app/workspaces/${workspace.id}/tasks?${query}`);
    expect([answer.status, answer.error.code]).toEqual([400, 'invalid_request']);
  });
});

describe('resetting the sandbox', () => {
  it('puts sample data in place of all that was there, leaves live data alone, and is told the audit log', async () => {
    const workspace = await aWorkspace();
    await aContact({ uuid: workspace.sandboxUuid }, { email: 'old@example.com' });
    await aContact(workspace, { email: 'live@example.com' });
    const user = await aMember({ role: 'admin', workspace });
    const console = await api.console().enter(user, { mfaAgeSeconds: null });

    const answer = await console.post(`/app/workspaces/${workspace.id}/sandbox/reset`);

    expect(answer.status).toBe(200);
    expect(sandboxResetData.parse(answer.data)).toEqual({
      removed: { contacts: 1, bookings: 0, tasks: 0, reminders: 0, calendarAccounts: 0 },
      created: sandboxCounts,
    });
    const totalOf = async (mode: string) => {
      const list = await console.get(`/app/workspaces/${workspace.id}/contacts?mode=${mode}`);
      return contactsData.parse(list.data).pagination.total;
    };
    expect([await totalOf('live'), await totalOf('sandbox')]).toEqual([1, sandboxCounts.contacts]);
    expect(await auditLogOf(workspace)).toMatchObject([
      { action: 'SANDBOX_RESET', actor_type: 'user', actor_id: user.id, target_id: workspace.id },
    ]);
  });

  it('takes no body', async () => {
    const workspace = await aWorkspace();
    const admin = await aConsole('admin', workspace);
    const answer = await admin.post(`/app/workspaces/${workspace.id}/sandbox/reset`, { mode: 'live' });
    expect(answer.status).toBe(400);
  });
});
