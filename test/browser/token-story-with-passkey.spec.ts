import { it } from 'vitest';
import { aMember } from '../support/console.js';
import { ageProofOf, proofNeeded } from './support/token-pages.js';
import { storyOptions, wholeStory } from './support/token-story.js';
import { useBrowser } from './support/use-browser.js';
import { aVirtualAuthenticator } from './support/virtual-authenticator.js';

const browser = useBrowser(storyOptions);

it('a token lives and ends in the console, with a passkey', { timeout: 90_000 }, async () => {
  const user = await aMember({ hasTotp: false });
  const page = await browser.open('/account/security', { user, session: { mfaAgeSeconds: null } });
  await aVirtualAuthenticator(page);
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByLabel('Label').fill('Laptop');
  await page.getByLabel('Label').press('Enter');
  await page.getByRole('checkbox', { name: 'I have kept them' }).check();
  await page.getByRole('button', { name: 'Done' }).click();
  await ageProofOf(user);
  const prove = async () => {
    await page.getByRole('dialog', proofNeeded).getByRole('button', { name: 'Use a passkey' }).click();
  };
  await wholeStory(browser, { page, user, prove });
});
