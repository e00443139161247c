import path from 'node:path';
import { defineConfig } from 'vitest/config';

/** `npm run screenshots`: no test of `npm test`, since nothing is checked. */
export default defineConfig({
  root: path.resolve(import.meta.dirname, '../../..'),
  resolve: { conditions: ['@calkeep/source'] },
  ssr: { resolve: { conditions: ['@calkeep/source', 'node'] } },
  test: {
    include: ['test/browser/screenshots/take.ts'],
    testTimeout: 600_000,
    reporters: ['dot'],
  },
});
