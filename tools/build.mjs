// Builds what `npm start` runs: Prisma's client when the schema changed, then every project of tsconfig.json that
// changed. Quiet unless it took long enough to be wondered about, or failed.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const quietMs = 1500;
const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const startedAt = Date.now();

await import('./generate-prisma.mjs');

const tsc = path.join(root, 'node_modules/typescript/lib/tsc.js');
const run = spawnSync(process.execPath, [tsc, '-b', '--pretty', String(Boolean(process.stdout.isTTY))], {
  cwd: root,
  stdio: 'inherit',
});
if (run.error) throw run.error;
if (run.status !== 0) {
  console.error(`The build failed after ${seconds()}.`);
  process.exit(run.status ?? 1);
}
if (Date.now() - startedAt > quietMs) console.log(`Built in ${seconds()}.`);

function seconds() {
  return `${((Date.now() - startedAt) / 1000).toFixed(1)} s`;
}
