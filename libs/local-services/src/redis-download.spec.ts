import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { provideRedisServer } from './redis-download.js';

const TMP = join(import.meta.dirname, '../../../.tmp');
let folder = '';

beforeEach(async () => {
  await mkdir(TMP, { recursive: true });
  folder = await mkdtemp(join(TMP, 'redis-download-'));
  await mkdir(join(folder, 'bin'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function aProgram(name: string, script: string): Promise<void> {
  await writeFile(join(folder, 'bin', name), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, 'bin', name), 0o755);
}

const provide = () => {
  const env = { PATH: `${join(folder, 'bin')}:/nowhere`, FOLDER: folder };
  return provideRedisServer({ cacheDir: join(folder, 'cache'), env });
};

/** Stand-ins for the tools of the distribution; each of their runs is a line in the file `runs`. */
async function aDistribution(): Promise<void> {
  await aProgram(
    'apt-get',
    `echo run >> "$FOLDER/runs"
     for argument; do case "$argument" in Dir::Cache=*) cache="\${argument#*=}" ;; esac; done
     echo > "$cache/archives/redis.deb"`,
  );
  await aProgram(
    'dpkg-deb',
    `/bin/mkdir -p "$3/usr/bin" "$3/usr/lib/triplet"; echo > "$3/usr/lib/triplet/liblzf.so.1"
     printf '#!/bin/sh\\ntest -n "$LD_LIBRARY_PATH"\\n' > "$3/usr/bin/redis-server"; /bin/chmod 755 "$3/usr/bin/redis-server"`,
  );
}

it('takes a server from the PATH first', async () => {
  await aDistribution();
  await aProgram('valkey-server', '');

  expect((await provide()).binary?.path).toBe(join(folder, 'bin', 'valkey-server'));
  expect(await readdir(folder)).toEqual(['bin']);
});

it('unpacks the packages of the distribution once, with their libraries', async () => {
  await aDistribution();

  const { binary } = await provide();
  await rm(join(folder, 'bin'), { recursive: true });

  expect(binary).toEqual({
    path: join(folder, 'cache/server/usr/bin/redis-server'),
    env: { LD_LIBRARY_PATH: join(folder, 'cache/server/usr/lib/triplet') },
  });
  expect(await provide()).toEqual({ binary, reason: '' });
  expect(await readdir(join(folder, 'cache'))).toEqual(['server']);
});

it('unpacks anew what does not run any more', async () => {
  await aDistribution();
  const { binary } = await provide();
  await writeFile(binary?.path ?? '', '#!/bin/sh\nexit 1\n');

  expect((await provide()).binary).toEqual(binary);
});

it('can be asked several times at once', async () => {
  await aDistribution();

  const provisions = await Promise.all([provide(), provide(), provide()]);

  expect(provisions.map(({ reason }) => reason)).toEqual(['', '', '']);
});

it('says in one line why there is none', async () => {
  expect(await provide()).toEqual({ binary: null, reason: 'no redis-server, and no apt-get to get one' });

  await aProgram('dpkg-deb', '');
  await aProgram('apt-get', 'echo "E: no network" >&2; exit 100');
  expect(await provide()).toEqual({ binary: null, reason: 'E: no network' });
  expect(await readdir(join(folder, 'cache'))).toEqual([]);
});
