import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { expectAccessible } from './expect-accessible.js';

/** A phone of today, held upright. */
const narrow = { width: 390, height: 844 };

/** A machine without a graphics card draws a page in its own time. */
const patience = { timeout: 10_000 };

/** What the page shows now is accessible in light and in dark colours, and fits a phone without scrolling sideways. */
export async function expectWellShown(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await expect
      .poll(() => page.evaluate(() => document.documentElement.dataset['mantineColorScheme']), patience)
      .toBe(colorScheme);
    await expect.poll(() => page.evaluate(transitions), patience).toBe(0);
    await expectAccessible(page);
  }
  const before = page.viewportSize();
  await page.setViewportSize(narrow);
  // The page's parts take a few frames to find their new places.
  await expect.poll(() => page.evaluate(tooWide, narrow.width), { message: page.url(), ...patience }).toEqual([]);
  if (before) await page.setViewportSize(before);
}

/** What sticks out to the right, unless something scrolls it in a place of its own. */
function tooWide(width: number): string[] {
  if (window.innerWidth === width && document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll('body *')]
    .filter((element) => element.getBoundingClientRect().right > width)
    .map((element) => element.outerHTML.slice(0, 200));
}

/** Colours change by transitions, however short ones, and each level of the page hands them on to the next. */
function transitions(): number {
  return document.getAnimations().filter((animation) => animation instanceof CSSTransition).length;
}
