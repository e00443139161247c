import type { ConsoleMessage, Page } from 'playwright-core';

/**
 * Writes down what goes wrong in a page: errors and warnings in its console, exceptions, and breaches of its
 * content security policy, which the console tells too. Refusals of the app API are answers like any other.
 */
export function watchPage(page: Page, complaints: string[]): void {
  page.on('pageerror', (error) => complaints.push(`exception: ${error.stack ?? error.message}`));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()) && !isRefusal(message))
      complaints.push(`${message.type()}: ${message.text()} (${message.location().url})`);
  });
}

function isRefusal(message: ConsoleMessage): boolean {
  const { url } = message.location();
  return /status of 4\d\d/.test(message.text()) && URL.canParse(url) && new URL(url).pathname.startsWith('/app/');
}
