import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Workspace packages are tested from their sources, not from what was last built.
  resolve: { conditions: ['@calkeep/source'] },
  ssr: { resolve: { conditions: ['@calkeep/source', 'node'] } },
  test: {
    include: ['libs/*/src/**/*.spec.ts', 'apps/*/src/**/*.spec.ts', 'test/**/*.spec.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    // The tests wait for servers more than they reckon: two at once are faster even on two cores. Each process has
    // two of the sixteen parts of a Redis (test/support/service-url.ts), so there are eight at most.
    maxWorkers: Math.min(8, Math.max(2, availableParallelism() - 1)),
    testTimeout: 30_000,
    hookTimeout: 60_000,
    restoreMocks: true,
  },
});
