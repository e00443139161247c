// Builds what `npm start` runs: Prisma's client when the schema changed, then every project of tsconfig.json that
// changed, and beside it the console. Quiet unless it took long enough to be wondered about, or failed.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const quietMs = 1500;
const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const startedAt = Date.now();

await import('./generate-prisma.mjs');

const tsc = path.join(root, 'node_modules/typescript/lib/tsc.js');
const codes = await Promise.all([
  run(tsc, '-b', '--pretty', String(Boolean(process.stdout.isTTY))),
  run(path.join(root, 'tools/build-console.mjs')),
]);
const failure = codes.find((code) => code !== 0);
if (failure !== undefined) {
  console.error(`The build failed after ${seconds()}.`);
  process.exit(failure);
}
if (Date.now() - startedAt > quietMs) console.log(`Built in ${seconds()}.`);

function run(...args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

function seconds() {
  return `${((Date.now() - startedAt) / 1000).toFixed(1)} s`;
}
