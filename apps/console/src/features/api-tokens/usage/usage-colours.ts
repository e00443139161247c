import type { SeriesName } from './usage-series.js';

type Scheme = 'light' | 'dark';

/** Each has a contrast of 3 or more with what is behind it (WCAG 2.2, 1.4.11). */
const colours = {
  succeeded: { light: 'teal.8', dark: 'teal.5' },
  clientErrors: { light: 'yellow.9', dark: 'yellow.5' },
  rateLimited: { light: 'grape.8', dark: 'grape.4' },
  serverErrors: { light: 'red.8', dark: 'red.6' },
} as const satisfies Record<SeriesName, Record<Scheme, string>>;

export function seriesColour(name: SeriesName, scheme: Scheme): string {
  return colours[name][scheme];
}
