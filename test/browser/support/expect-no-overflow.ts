import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** Nothing of the page is wider than the window; tables scroll within themselves. */
export async function expectNoOverflow(page: Page): Promise<void> {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow, page.url()).toBeLessThanOrEqual(0);
}
