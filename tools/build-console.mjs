// Builds the console into apps/console/dist, with Brotli and gzip beside each file, unless nothing changed since.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const place = path.join(root, 'apps/console');
const output = path.join(place, 'dist');
const stamp = path.join(output, '.inputs');

/** Whatever the result depends on. */
const inputs = [
  'apps/console/src',
  'apps/console/public',
  'apps/console/index.html',
  'apps/console/vite.config.mjs',
  'apps/console/package.json',
  'libs/contract/src',
  'package-lock.json',
  'tools/build-console.mjs',
];

const state = hashOf(inputs.flatMap((input) => filesBelow(path.join(root, input))));
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== state) {
  rmSync(output, { recursive: true, force: true });
  const vite = createRequire(path.join(place, 'package.json')).resolve('vite');
  const { build } = await import(pathToFileURL(vite));
  await build({ root: place, logLevel: 'warn' });
  for (const file of filesBelow(output)) compress(file);
  writeFileSync(stamp, state);
}

function filesBelow(entry) {
  if (!existsSync(entry)) return [];
  if (statSync(entry).isFile()) return [entry];
  return readdirSync(entry, { recursive: true, withFileTypes: true })
    .filter((child) => child.isFile())
    .map((child) => path.join(child.parentPath, child.name))
    .sort();
}

function hashOf(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(path.relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

function compress(file) {
  const content = readFileSync(file);
  const quality = constants.BROTLI_MAX_QUALITY;
  writeFileSync(`${file}.br`, brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } }));
  writeFileSync(`${file}.gz`, gzipSync(content, { level: constants.Z_BEST_COMPRESSION }));
}
