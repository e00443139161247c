import { describe, expect, it } from 'vitest';
import { aMember, aUser } from '../support/console.js';
import { expectAccessible } from './support/expect-accessible.js';
import { useBrowser } from './support/use-browser.js';

const browser = useBrowser();

async function anOwner() {
  const owner = await aMember();
  return { owner, workspace: owner.workspace, path: `/workspaces/${owner.workspace.id}/members` };
}

describe('the members', () => {
  it('who lack a second factor are found, in a view that survives a reload', async () => {
    const { owner, workspace, path } = await anOwner();
    await aMember({ workspace, role: 'member', name: 'Grace Lee', hasTotp: false });
    const page = await browser.open(path, { user: owner });
    const rows = page.getByRole('table').getByRole('row');
    await expect.poll(() => rows.count()).toBe(3);
    await page.getByRole('combobox', { name: 'Second factor' }).click();
    await page.getByRole('option', { name: 'Without a second factor' }).click();
    await expect.poll(() => rows.count()).toBe(2);
    await page.reload();
    await page.getByRole('table').getByText('Grace Lee').waitFor();
    await expect.poll(() => rows.count()).toBe(2);
  });

  it('join by an invitation’s link, which is shown once, and withdrawn by a button', async () => {
    const { owner, path } = await anOwner();
    const page = await browser.open(path, { user: owner });
    await page.getByRole('button', { name: 'Invite' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'E-mail address' }).fill('newcomer@example.com');
    await dialog.getByRole('radio', { name: 'Auditor' }).check();
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Invite' }).click();
    const link = await dialog.getByText(`${browser.baseUrl}/invitations/`).innerText();
    await dialog.getByRole('button', { name: 'Done' }).click();
    expect(await page.content()).not.toContain(link);

    const guest = await browser.open(link);
    await guest.getByRole('heading', { name: 'Join Acme' }).waitFor();
    await page.getByRole('button', { name: 'Withdraw the invitation of newcomer@example.com' }).click();
    await page.getByText('The invitation was withdrawn.').waitFor();
    await guest.reload();
    await guest.getByRole('heading', { name: 'This invitation is no longer good' }).waitFor();
  });

  it('who have an account are added at once; roles are changed; who is removed is gone', async () => {
    const { owner, path } = await anOwner();
    const other = await aUser({ name: 'Grace Lee' });
    const page = await browser.open(path, { user: owner });
    await page.getByRole('button', { name: 'Invite' }).click();
    await page.getByRole('textbox', { name: 'E-mail address' }).fill(other.email);
    await page.getByRole('dialog').getByRole('button', { name: 'Invite' }).click();
    await page.getByText(`${other.email} is a member now.`).waitFor();

    await page.getByRole('combobox', { name: 'Role of Grace Lee' }).click();
    await page.getByRole('option', { name: 'Admin' }).click();
    await page.getByText('Grace Lee is now admin.').waitFor();

    await page.getByRole('button', { name: 'Remove Grace Lee' }).click();
    await expectAccessible(page);
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('Grace Lee was removed.').waitFor();
    await expect.poll(() => page.getByRole('table').getByRole('row').count()).toBe(2);
  });

  it('cannot lose their last owner, and are told so in the dialog', async () => {
    const { owner, path } = await anOwner();
    const page = await browser.open(path, { user: owner });
    await page.getByRole('button', { name: 'Leave' }).click();
    const dialog = page.getByRole('dialog', { name: 'Leave Acme?' });
    await dialog.getByRole('button', { name: 'Leave' }).click();
    await dialog.getByRole('alert').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });
});
