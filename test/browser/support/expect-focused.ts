import type { Locator } from 'playwright-core';
import { expect } from 'vitest';

/** What is typed next goes there. */
export async function expectFocused(locator: Locator): Promise<void> {
  const isFocused = () => locator.evaluate((element) => element === document.activeElement);
  await expect.poll(isFocused, { timeout: 10_000 }).toBe(true);
}
