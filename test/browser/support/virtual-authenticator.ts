import type { Page } from 'playwright-core';

export interface VirtualAuthenticator {
  /** Whether the person's finger is recognised; else the browser's prompt ends as one that was given up. */
  setVerified(isUserVerified: boolean): Promise<void>;
}

/**
 * A device that keeps passkeys, for what a page does from now on: CTAP 2, with its own keys and user verification.
 * @see https://chromedevtools.github.io/devtools-protocol/tot/WebAuthn/
 */
export async function aVirtualAuthenticator(
  page: Page,
  { isSynced = false }: { isSynced?: boolean } = {},
): Promise<VirtualAuthenticator> {
  const client = await page.context().newCDPSession(page);
  await client.send('WebAuthn.enable');
  const { authenticatorId } = await client.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
      defaultBackupEligibility: isSynced,
      defaultBackupState: isSynced,
    },
  });
  return {
    async setVerified(isUserVerified) {
      await client.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified });
    },
  };
}
