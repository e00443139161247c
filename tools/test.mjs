// What `npm test` runs once everything is installed: build, types, lint, then every test. Further arguments go to
// Vitest, and then only its tests run (`npm test -- test/e2e/me.spec.ts`).
// The last line is `N passed, N failed`, for whatever reads the output.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const report = path.join(root, '.tmp', `vitest-${process.pid}.json`);
const only = process.argv.slice(2);

step('build', 'tools/build.mjs');
if (only.length === 0) {
  step('types', 'node_modules/typescript/lib/tsc.js', ['-p', 'test/tsconfig.json']);
  step('lint', 'tools/lint.mjs');
}
const { status, counts } = runTests();
console.log(`\n${summaryOf(counts, status)}`);
process.exit(status);

function step(name, script, args = []) {
  const startedAt = performance.now();
  const code = node(script, args);
  if (code !== 0) {
    console.error(`\n${name} failed\n\n0 passed, 1 failed`);
    process.exit(code);
  }
  console.log(`✓ ${name} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`);
}

function runTests() {
  mkdirSync(path.dirname(report), { recursive: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const status = node('node_modules/vitest/vitest.mjs', ['run', ...reporters, ...only]);
  try {
    return { status, counts: JSON.parse(readFileSync(report, 'utf8')) };
  } catch {
    return { status: status || 1, counts: { numPassedTests: 0, numFailedTests: 1, numPendingTests: 0 } };
  } finally {
    rmSync(report, { force: true });
  }
}

/** A run that failed outside of any test (a file that does not load, an unhandled error) has failed all the same. */
function summaryOf({ numPassedTests, numFailedTests, numPendingTests }, status) {
  const failed = status === 0 ? numFailedTests : Math.max(1, numFailedTests);
  const skipped = numPendingTests > 0 ? `, ${numPendingTests} skipped` : '';
  return `${numPassedTests} passed, ${failed} failed${skipped}`;
}

function node(script, args) {
  return spawnSync(process.execPath, [path.join(root, script), ...args], { cwd: root, stdio: 'inherit' }).status ?? 1;
}
