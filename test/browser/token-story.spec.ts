import { it } from 'vitest';
import { aMember } from '../support/console.js';
import { totpSecretOf } from '../support/second-factors.js';
import { nextTotp } from '../support/totp-of.js';
import { enterCode } from './support/sign-in-page.js';
import { proofNeeded } from './support/token-pages.js';
import { storyOptions, wholeStory } from './support/token-story.js';
import { useBrowser } from './support/use-browser.js';

const browser = useBrowser(storyOptions);

it('a token lives and ends in the console, with an authenticator app', { timeout: 90_000 }, async () => {
  const user = await aMember();
  const page = await browser.open('/account', { user, session: { mfaAgeSeconds: 400 } });
  const prove = async () => {
    await page.getByRole('dialog', proofNeeded).waitFor();
    await enterCode(page, await nextTotp(totpSecretOf(user)));
  };
  await wholeStory(browser, { page, user, prove });
});
