import { chmod, chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { canEnter, chooseRunAs } from './postgres-run-as.js';

const isRoot = process.geteuid?.() === 0;
const SOMEBODY = { uid: 4321, gid: 4321 };
let folder = '';

// Not under the repository, which may itself lie where only its user can go.
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'calkeep-run-as-'));
  await chmod(folder, 0o755);
  await mkdir(join(folder, 'bin'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

it('tells whether a user can reach a folder', async () => {
  expect(await canEnter(join(folder, 'bin'), SOMEBODY)).toBe(true);
  await chmod(folder, 0o700);
  expect(await canEnter(join(folder, 'bin'), SOMEBODY)).toBe(false);
});

describe.runIf(isRoot)('as root', () => {
  const request = () => ({ dataDir: join(folder, 'data'), binariesDir: join(folder, 'bin') });

  it('runs as the user who owns the data', async () => {
    await mkdir(request().dataDir);
    await chown(request().dataDir, SOMEBODY.uid, SOMEBODY.gid);

    expect(await chooseRunAs(request())).toEqual({ prefix: [], user: SOMEBODY });
  });

  it.each([null, '/bin/false'])('drops to an unprivileged user without user namespaces (%s)', async (unshare) => {
    const { prefix, user } = await chooseRunAs({ ...request(), unshare });

    expect(prefix).toEqual([]);
    expect(user?.uid).toBeGreaterThan(0);
  });

  it('says what to do when no user can reach the data', async () => {
    await chmod(folder, 0o700);

    await expect(chooseRunAs({ ...request(), unshare: null })).rejects.toThrow(
      /may not enter .*ordinary user.*DATABASE_URL/,
    );
  });
});
