import { randomUUID } from 'node:crypto';
import { invitationsData, newInvitationData, newUuid, type Role } from '@calkeep/contract';
import { expect } from 'vitest';
import { newInvitationSecret } from '../../apps/api/src/invitations/invitation-secret.js';
import { administerRows } from './administer-rows.js';
import { aWorkspace, type TestWorkspace } from './builders.js';
import type { Answer } from './client.js';
import { aMember, aUser, type Console, type TestUser } from './console.js';
import type { UsedApi } from './use-api.js';

export interface Administered {
  workspace: TestWorkspace;
  admin: TestUser;
  console: Console;
}

export interface Invited {
  /** Public id. */
  id: string;
  email: string;
  /** The end of the link. */
  secret: string;
}

export const invitationsOf = (workspace: TestWorkspace) => `/app/workspaces/${workspace.id}/invitations`;
export const anEmail = () => `Ada.${randomUUID()}@Acme.test`;
/** Well-formed, and of no invitation. */
export const unknownSecret = () => newInvitationSecret(newUuid()).secret;

export async function anAdministered(
  api: UsedApi,
  { role = 'admin', workspace }: { role?: Role; workspace?: TestWorkspace } = {},
): Promise<Administered> {
  const admin = await aMember({ role, workspace: workspace ?? (await aWorkspace()) });
  return { workspace: admin.workspace, admin, console: await api.console().enter(admin) };
}

/** Of a member, and of an address that nobody has, unless a test says otherwise. */
export function invite(
  { console, workspace }: Administered,
  body: { email?: string; role?: Role } = {},
): Promise<Answer> {
  return console.post(`/app/workspaces/${workspace.id}/members`, { email: anEmail(), role: 'member', ...body });
}

export async function anInvitation(by: Administered, body: { email?: string; role?: Role } = {}): Promise<Invited> {
  const { id, email, link } = newInvitationData.parse((await invite(by, body)).data).invitation;
  return { id, email, secret: link.replace(/^.*\/invitations\//, '') };
}

/** Somebody who has an account with this e-mail address, by now. */
export async function anAccountOf(api: UsedApi, email: string): Promise<{ user: TestUser; console: Console }> {
  const user = { ...(await aUser()), email };
  await administerRows('update users set email = $1 where id = $2', [email, user.uuid]);
  return { user, console: await api.console().enter(user) };
}

export const lookUp = (api: UsedApi, secret: unknown) => api.console().post('/app/invitations/lookup', { secret });
export const accept = (console: Console, secret: unknown) => console.post('/app/invitations/accept', { secret });

/** Ids of the open invitations. */
export async function openInvitations({ console, workspace }: Administered): Promise<string[]> {
  const { invitations, pagination } = invitationsData.parse((await console.get(invitationsOf(workspace))).data);
  expect(pagination.total).toBe(invitations.length);
  return invitations.map(({ id }) => id);
}

/** The secret opens nothing, and whoever tries it is told as much as of one that there never was. */
export async function expectWorthless(api: UsedApi, secret: string, console: Console): Promise<void> {
  const known = [await lookUp(api, secret), await accept(console, secret)];
  const unknown = [await lookUp(api, unknownSecret()), await accept(console, unknownSecret())];
  const comparable = ({ status, error: { code, message } }: Answer) => ({ status, code, message });
  expect(known.map(comparable)).toEqual(unknown.map(comparable));
  expect(known.map(({ status }) => status)).toEqual([404, 404]);
}
