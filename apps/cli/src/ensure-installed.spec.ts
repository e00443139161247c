import { expect, it } from 'vitest';
import { isNodeTooOld, whyInstall, type Lockfile } from '../../../tools/ensure-installed.mjs';

const installed: Lockfile = {
  packages: {
    'apps/cli': { version: '0.1.0' },
    'node_modules/@calkeep/cli': { link: true },
    'node_modules/pg': { version: '8.23.1' },
  },
};

function lockfileWith(packages: Lockfile['packages']): Lockfile {
  return { packages: { '': {}, ...installed.packages, ...packages } };
}

it('finds nothing to do when what is installed is what the lockfile says', () => {
  expect(whyInstall(lockfileWith({}), installed)).toBeUndefined();
});

it('installs where nothing is installed', () => {
  expect(whyInstall(lockfileWith({}), undefined)).toBe('not installed yet');
});

it('installs when a package has another version', () => {
  expect(whyInstall(lockfileWith({ 'node_modules/pg': { version: '8.24.0' } }), installed)).toContain('pg is 8.23.1');
});

it('installs when a package is missing, in a folder of its own dependent too', () => {
  const lockfile = lockfileWith({ 'apps/api/node_modules/lru-cache': { version: '11.0.0' } });
  expect(whyInstall(lockfile, installed)).toBe('lru-cache is missing');
});

it('installs when the repository has a new package of its own', () => {
  expect(whyInstall(lockfileWith({ 'node_modules/@calkeep/queue': { link: true } }), installed)).toContain('missing');
});

it('does without packages for other platforms, but not with another version of one that is there', () => {
  const lockfile = lockfileWith({ 'node_modules/x-darwin': { version: '2.0.0', optional: true } });
  expect(whyInstall(lockfile, installed)).toBeUndefined();
  const withOld = { packages: { ...installed.packages, 'node_modules/x-darwin': { version: '1.0.0' } } };
  expect(whyInstall(lockfile, withOld)).toContain('x-darwin is 1.0.0');
});

it('does not wait for what npm calls extraneous and never installs', () => {
  const lockfile = lockfileWith({ 'node_modules/vitest/node_modules/yaml': { version: '2.9.1', extraneous: true } });
  expect(whyInstall(lockfile, installed)).toBeUndefined();
});

it.each([
  ['18.20.0', true],
  ['20.18.9', true],
  ['20.19.0', false],
  ['22.0.0', false],
])('knows whether Node %s is too old', (version, isTooOld) => {
  expect(isNodeTooOld(version)).toBe(isTooOld);
});
