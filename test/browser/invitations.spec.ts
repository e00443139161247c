import { newInvitationData, type Role } from '@calkeep/contract';
import { describe, expect, it } from 'vitest';
import { administerRows } from '../support/administer-rows.js';
import { aWorkspace, type TestWorkspace } from '../support/builders.js';
import { aMember, aUser, Console } from '../support/console.js';
import { anEmail, unknownSecret } from '../support/invitations.js';
import { expectWellShown } from './support/expect-well-shown.js';
import { enterPassword, passwordField } from './support/sign-in-page.js';
import { useBrowser } from './support/use-browser.js';

const browser = useBrowser();

interface Invited {
  path: string;
  email: string;
  workspace: TestWorkspace;
}

async function anInvitation(email: string = anEmail(), role: Role = 'member'): Promise<Invited> {
  const workspace = await aWorkspace();
  const console = await new Console(browser.baseUrl).enter(await aMember({ workspace, role: 'admin' }));
  const answer = await console.post(`/app/workspaces/${workspace.id}/members`, { email, role });
  const { link } = newInvitationData.parse(answer.data).invitation;
  return { path: new URL(link).pathname, email, workspace };
}

/** Invited before they had an account. */
async function aGuest() {
  const user = await aUser({ hasTotp: false });
  const email = anEmail();
  const invited = await anInvitation(email);
  await administerRows('update users set email = $1 where id = $2', [email, user.uuid]);
  return { user: { ...user, email }, ...invited };
}

describe('an invitation', () => {
  it('makes a member of a new person, under the address that was invited', async () => {
    const { path, email, workspace } = await anInvitation();
    const page = await browser.open(path);
    await page.getByRole('heading', { level: 1, name: /^Join / }).waitFor();
    await expectWellShown(page);
    expect(await page.getByLabel('E-mail address').inputValue()).toBe(email);
    expect(await page.getByLabel('E-mail address').isEditable()).toBe(false);
    await page.getByLabel('Your name').fill('Grace Hopper');
    await passwordField(page).fill('password1234');
    await passwordField(page).press('Enter');
    await page.getByRole('alert').waitFor();
    expect(await passwordField(page).getAttribute('aria-invalid')).toBe('true');
    await expectWellShown(page);
    await passwordField(page).fill('several words in a row');
    await passwordField(page).press('Enter');
    await page.waitForURL(`**/workspaces/${workspace.id}`);
  });

  it('is accepted by whoever is signed in with its address', async () => {
    const { path, user, workspace } = await aGuest();
    const page = await browser.open(path, { user });
    const accept = page.getByRole('button', { name: 'Accept the invitation' });
    await accept.waitFor();
    await expectWellShown(page);
    await accept.click();
    await page.waitForURL(`**/workspaces/${workspace.id}`);
    await page.goto(path);
    await page.getByRole('heading', { level: 1, name: 'This invitation is no longer good' }).waitFor();
  });

  it('is found again by whoever has an account and signs in first', async () => {
    const { path, user, workspace } = await aGuest();
    const page = await browser.open(path);
    await page.getByRole('link', { name: 'I have an account: sign in' }).click();
    await enterPassword(page, user);
    await page.getByRole('button', { name: 'Accept the invitation' }).click();
    await page.waitForURL(`**/workspaces/${workspace.id}`);
  });

  it('tells whoever has an account by now, and goes to make a second one, to sign in', async () => {
    const { path } = await aGuest();
    const page = await browser.open(path);
    await page.getByLabel('Your name').fill('Grace Hopper');
    await passwordField(page).fill('several words in a row');
    await passwordField(page).press('Enter');
    await page.getByRole('alert').filter({ hasText: 'There is an account with this address' }).waitFor();
  });

  it('is not accepted by somebody else, who may sign out and finds it again', async () => {
    const { path } = await anInvitation();
    const stranger = await aMember();
    const page = await browser.open(path, { user: stranger });
    await page.getByText(`You are signed in as ${stranger.email}`).waitFor();
    await expectWellShown(page);
    expect(await page.getByRole('button', { name: 'Accept the invitation' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Sign out and go on' }).click();
    await page.getByLabel('Your name').waitFor();
    expect(new URL(page.url()).pathname).toBe(path);
  });

  it.each(['no secret at all', unknownSecret()])('that there never was leads on to the sign-in', async (secret) => {
    const page = await browser.open(`/invitations/${encodeURIComponent(secret)}`);
    await page.getByRole('heading', { level: 1, name: 'This invitation is no longer good' }).waitFor();
    await expectWellShown(page);
    await page.getByRole('link', { name: 'Go to the sign-in' }).click();
    await page.waitForURL('**/sign-in');
  });
});
