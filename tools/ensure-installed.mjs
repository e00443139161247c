// Makes `npm start` and `npm test` work in a fresh clone: checks Node's version, and runs `npm ci` when what is
// installed is not what package-lock.json says. Compares contents, not times, so that a pull that leaves the lockfile
// alone costs nothing. Says nothing when all is well. No dependencies, and syntax that Node 18 can parse.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const nodeMin = [20, 19];
/** Says of which lockfile `npm ci` made node_modules; it goes with the folder. */
const stamp = 'node_modules/.installed-lockfile';

/** Whether this Node is too old to run the project; `version` as in process.versions.node. */
export function isNodeTooOld(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < nodeMin[0] || (major === nodeMin[0] && minor < nodeMin[1]);
}

/**
 * Why `npm ci` has to run, or undefined. `wanted` is package-lock.json, `installed` is npm's own record of what it put into
 * node_modules, or undefined when there is none. What npm may leave out (packages for other platforms) may be absent.
 */
export function whyInstall(wanted, installed) {
  if (installed === undefined) return 'not installed yet';
  for (const [place, { version, link, optional, devOptional, extraneous }] of Object.entries(wanted.packages)) {
    // npm notes what nothing asks for in the lockfile, and does not install it.
    if (!place.includes('node_modules/') || extraneous) continue;
    const found = installed.packages[place];
    if (found === undefined && (optional || devOptional)) continue;
    const name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
    if (found === undefined) return `${name} is missing`;
    if (!link && found.version !== version) return `${name} is ${found.version}, the lockfile says ${version}`;
  }
  return undefined;
}

function main() {
  if (isNodeTooOld(process.versions.node)) {
    fail(
      `CalKeep needs Node.js ${nodeMin.join('.')} or newer; this is ${process.versions.node}. See https://nodejs.org/.`,
    );
  }
  const wanted = readJson('package-lock.json');
  if (wanted === undefined)
    fail('package-lock.json is missing or damaged: restore it, for instance with `git checkout`.');
  const installed = readJson('node_modules/.package-lock.json');
  const reason = whyInstall(wanted, installed);
  // What npm left out of a complete installation it would leave out again: once for each lockfile is enough.
  if (reason === undefined || (installed !== undefined && readText(stamp) === lockfileHash())) return;
  install(reason);
  writeFileSync(path.join(root, stamp), lockfileHash());
}

function install(reason) {
  const startedAt = Date.now();
  console.log(`Installing dependencies (${reason}) …`);
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  // npm's chatter is for people who install by hand; its errors go to stderr, and through.
  const options = { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] };
  const npm = process.env.npm_execpath ?? '';
  const run = /npm-cli\.c?js$/.test(npm)
    ? spawnSync(process.execPath, [npm, ...args], options)
    : spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
  if (run.error) fail(`npm could not be run: ${run.error.message}`);
  if (run.status !== 0) fail('`npm ci` failed; its messages are above.', run.status ?? 1);
  console.log(`Installed in ${((Date.now() - startedAt) / 1000).toFixed(1)} s.`);
}

function lockfileHash() {
  return createHash('sha256').update(readText('package-lock.json')).digest('hex');
}

function readJson(file) {
  try {
    return JSON.parse(readText(file));
  } catch {
    return undefined; // Missing or cut off: the same as not there.
  }
}

/** Empty when there is no such file. */
function readText(file) {
  try {
    return readFileSync(path.join(root, file), 'utf8');
  } catch {
    return '';
  }
}

function fail(message, status = 1) {
  console.error(message);
  process.exit(status);
}

// The tests import the decisions without taking them.
if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) main();
