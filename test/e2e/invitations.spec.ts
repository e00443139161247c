import { invitationData, invitationsData, newId, newInvitationData } from '@calkeep/contract';
import { describe, expect, it } from 'vitest';
import { administerRows } from '../support/administer-rows.js';
import { auditLogOf } from '../support/audit-log-of.js';
import { arrange } from '../support/builders.js';
import type { Answer } from '../support/client.js';
import {
  accept,
  anAccountOf,
  anAdministered,
  anEmail,
  anInvitation,
  expectWorthless,
  invitationsOf,
  invite,
  lookUp,
  openInvitations,
} from '../support/invitations.js';
import { roleIn } from '../support/role-in.js';
import { useApi } from '../support/use-api.js';
import { waitingMails } from '../support/waiting-mails.js';

/** Without the worker, which would take the mails away. */
const api = useApi({ env: { WORKER: 'separate', PUBLIC_URL: 'https://calkeep.example/' } });

function expectRefusal(answer: Answer, status: number, code: string): void {
  expect([answer.status, answer.error.code]).toEqual([status, code]);
}

describe('adding somebody whose e-mail address has no account', () => {
  it('invites them: with a link that is told once, a mail, and a line in the audit log', async () => {
    const by = await anAdministered(api);
    const email = anEmail();

    const answer = await invite(by, { email: ` ${email} `, role: 'auditor' });

    expect(answer.status).toBe(201);
    const { invitation } = newInvitationData.parse(answer.data);
    const { link, ...told } = invitation;
    expect(told).toMatchObject({ email, role: 'auditor', invitedBy: { id: by.admin.id, name: by.admin.name } });
    expect(Date.parse(told.expiresAt) - Date.parse(told.createdAt)).toBe(7 * 24 * 3_600_000);
    expect(link).toMatch(/^https:\/\/calkeep\.example\/invitations\/[\w-]{22}\.[\w-]{43}$/);
    expect(invitationsData.parse((await by.console.get(invitationsOf(by.workspace))).data).invitations).toEqual([told]);

    const mails = await waitingMails(by.workspace);
    expect(mails).toMatchObject([{ to: email, subject: `${by.admin.name} invites you to Acme on CalKeep` }]);
    expect(mails[0]?.text).toContain(link);
    expect(mails[0]?.text).toContain('as an auditor');

    expect(await auditLogOf(by.workspace)).toMatchObject([
      {
        action: 'INVITATION_CREATED',
        actor_id: by.admin.id,
        target_type: 'invitation',
        target_id: invitation.id,
        payload: { email, role: 'auditor', replaces: null },
      },
    ]);
  });

  it('leaves the secret of the link in no log, in no audit entry and in no table', async () => {
    const by = await anAdministered(api);
    const { id, email, secret } = await anInvitation(by);
    await lookUp(api, secret);
    const guest = await anAccountOf(api, email);
    await accept(guest.console, secret);

    const random = secret.slice(secret.indexOf('.') + 1);
    const { rows } = await arrange(by.workspace.uuid, (client) =>
      client.query('select i::text, o.payload::text from invitations i join outbox o on true'),
    );
    expect(rows).toHaveLength(1);
    const logs = await api.process.settledLogs();
    for (const text of [JSON.stringify(rows), JSON.stringify(await auditLogOf(by.workspace)), logs]) {
      expect(text).not.toContain(random);
      expect(text).not.toContain(Buffer.from(random, 'base64url').toString('hex'));
    }
    expect(JSON.stringify((await by.console.get(invitationsOf(by.workspace))).data)).not.toContain(random);
    expect(id).toMatch(/^inv_/);
  });

  it('as an owner is for owners', async () => {
    const admin = await anAdministered(api);
    const owner = await anAdministered(api, { role: 'owner', workspace: admin.workspace });
    const email = anEmail();

    expectRefusal(await invite(admin, { email, role: 'owner' }), 403, 'forbidden');
    expect(await openInvitations(owner)).toEqual([]);
    const { id } = await anInvitation(owner, { email, role: 'owner' });
    expectRefusal(await invite(admin, { email, role: 'member' }), 403, 'forbidden');
    expectRefusal(await admin.console.delete(`${invitationsOf(admin.workspace)}/${id}`), 403, 'forbidden');
    expect(await openInvitations(owner)).toEqual([id]);
  });

  it('again makes a new link, and the old one is worth nothing', async () => {
    const by = await anAdministered(api);
    const first = await anInvitation(by);

    const second = await anInvitation(by, { email: first.email.toLowerCase(), role: 'auditor' });

    expect(await openInvitations(by)).toEqual([second.id]);
    expect((await auditLogOf(by.workspace)).map(({ payload }) => payload['replaces'])).toEqual([null, first.id]);
    const guest = await anAccountOf(api, first.email);
    await expectWorthless(api, first.secret, guest.console);
    expect((await accept(guest.console, second.secret)).status).toBe(200);
    expect(await roleIn(by.workspace, guest.user)).toBe('auditor');
  });

  it('goes on after an invitation has expired', async () => {
    const owner = await anAdministered(api, { role: 'owner' });
    const admin = await anAdministered(api, { role: 'admin', workspace: owner.workspace });
    const { id, email } = await anInvitation(owner, { role: 'owner' });
    await administerRows('update invitations set expires_at = now() where email = $1', [email]);

    expect(await openInvitations(admin)).toEqual([]);
    const second = await anInvitation(admin, { email });

    expect(await openInvitations(admin)).toEqual([second.id]);
    expect(second.id).not.toBe(id);
  });

  it('is limited to so many a day that nobody is spammed', async () => {
    const by = await anAdministered(api);
    await arrange(by.workspace.uuid, (client) =>
      client.query(
        `insert into invitations (workspace_id, id, email, role, secret_hash, created_at, expires_at)
         select $1, gen_random_uuid(), number || '@acme.test', 'member', decode(repeat('00', 32), 'hex'),
                now() - interval '23 hours' - number * interval '1 second', now() + interval '1 day'
         from generate_series(1, 500) number`,
        [by.workspace.uuid],
      ),
    );

    const answer = await invite(by);

    expectRefusal(answer, 429, 'rate_limited');
    const wait = Number(answer.headers['retry-after']);
    expect(wait).toBeGreaterThan(3_000);
    expect(wait).toBeLessThanOrEqual(3_600);
  });

  it('closes the invitation when they have an account after all, which makes them a member', async () => {
    const by = await anAdministered(api);
    const { id, email, secret } = await anInvitation(by, { role: 'auditor' });
    const guest = await anAccountOf(api, email);

    const answer = await invite(by, { email, role: 'member' });

    expect(answer.data).toMatchObject({ member: { user: { id: guest.user.id }, role: 'member' } });
    expect(await openInvitations(by)).toEqual([]);
    await expectWorthless(api, secret, guest.console);
    expect((await auditLogOf(by.workspace)).at(-1)).toMatchObject({
      action: 'MEMBER_ADDED',
      payload: { replaces: id },
    });
  });
});

describe('taking an invitation back', () => {
  it('makes its link worthless, and is told to the audit log', async () => {
    const by = await anAdministered(api);
    const { id, email, secret } = await anInvitation(by);

    const answer = await by.console.delete(`${invitationsOf(by.workspace)}/${id}`);

    expect(answer.status).toBe(200);
    expect(invitationData.parse(answer.data).invitation).toMatchObject({ id, email });
    expect(await openInvitations(by)).toEqual([]);
    await expectWorthless(api, secret, (await anAccountOf(api, email)).console);
    expect((await auditLogOf(by.workspace)).at(-1)).toMatchObject({
      action: 'INVITATION_REVOKED',
      actor_id: by.admin.id,
      target_id: id,
      payload: { email, role: 'member' },
    });
    expectRefusal(await by.console.delete(`${invitationsOf(by.workspace)}/${id}`), 404, 'not_found');
  });

  it('needs no recent second factor: stopping a leak is quick', async () => {
    const by = await anAdministered(api);
    const { id } = await anInvitation(by);
    const console = await api.console().enter(by.admin, { mfaAgeSeconds: null });
    expect((await console.delete(`${invitationsOf(by.workspace)}/${id}`)).status).toBe(200);
  });

  it('of another workspace, or that there is not, is answered alike', async () => {
    const by = await anAdministered(api);
    const theirs = await anAdministered(api);
    const { id } = await anInvitation(theirs);

    for (const candidate of [id, newId('invitation'), by.workspace.id, 'x'])
      expectRefusal(await by.console.delete(`${invitationsOf(by.workspace)}/${candidate}`), 404, 'not_found');
    expect(await openInvitations(theirs)).toEqual([id]);
  });
});
