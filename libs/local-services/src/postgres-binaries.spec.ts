import { mkdir, mkdtemp, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createMissingLinks } from './postgres-binaries.js';

const TMP = join(import.meta.dirname, '../../../.tmp');
let folder = '';

beforeEach(async () => {
  await mkdir(TMP, { recursive: true });
  folder = await mkdtemp(join(TMP, 'binaries-'));
  await mkdir(join(folder, 'native/lib'), { recursive: true });
  await writeFile(join(folder, 'native/lib/libpq.so.5.18'), 'library');
  const links = ['native/lib/libpq.so', 'native/lib/libpq.so.5'].map((target) => ({
    source: 'native/lib/libpq.so.5.18',
    target,
  }));
  await writeFile(join(folder, 'native/pg-symlinks.json'), JSON.stringify(links));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

it('creates the links of the libraries, several times at once and again', async () => {
  await Promise.all(Array.from({ length: 8 }, () => createMissingLinks(folder)));
  await createMissingLinks(folder);

  expect(await readlink(join(folder, 'native/lib/libpq.so'))).toBe('libpq.so.5.18');
  expect(await readFile(join(folder, 'native/lib/libpq.so.5'), 'utf8')).toBe('library');
});

it('refuses a list of links that it does not understand', async () => {
  await writeFile(join(folder, 'native/pg-symlinks.json'), '[{"from":"x"}]');

  await expect(createMissingLinks(folder)).rejects.toThrow('unknown form');
});
