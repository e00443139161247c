import { execFile } from 'node:child_process';
import { lchown, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { findExecutable } from './executables.js';
import { LocalServiceError } from './local-service-error.js';

/** Where the system's own programs are, whatever the caller's PATH. */
export const SYSTEM_PATH = '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin';

/** How to run PostgreSQL, which refuses to run as root. */
export interface RunAs {
  /** Goes before the command; it executes the command in its place, so the process id stays. */
  prefix: readonly string[];
  /** Set when the process must change to this user, who then owns its files. */
  user?: SystemUser;
}

export interface SystemUser {
  uid: number;
  gid: number;
}

export interface RunAsRequest {
  /** Need not exist yet. */
  dataDir: string;
  binariesDir: string;
  /** The path of unshare(1) from util-linux, null where there is none. */
  unshare?: string | null;
}

/**
 * An ordinary user runs PostgreSQL as himself. For root, in this order: as the user who owns the data already; as root
 * under another name, in a user namespace, which keeps the files root's and works below folders that only root may enter;
 * as `postgres` or `nobody`. Throws LocalServiceError when none can work.
 */
export async function chooseRunAs(request: RunAsRequest): Promise<RunAs> {
  if (process.geteuid?.() !== 0) return { prefix: [] };
  const owner = await findOwner(request.dataDir);
  if (owner !== null && owner.uid !== 0) return asUser(owner, request);
  const user = await findUnprivilegedUser();
  const prefix = user === null ? null : await findNamespacePrefix(user, request);
  if (prefix !== null) return { prefix };
  if (user !== null) return asUser(user, request);
  throw cannotRunAsRoot('there is no user "postgres" or "nobody" to run it as');
}

/** Whether that user can reach a folder from the root of the file system. */
export async function canEnter(folder: string, user: SystemUser): Promise<boolean> {
  const found = await stat(folder).catch(() => null);
  const isOpen = found === null || (found.uid === user.uid ? found.mode & 0o100 : found.mode & 0o001) !== 0;
  const parent = dirname(folder);
  return isOpen && (parent === folder || (await canEnter(parent, user)));
}

/** Gives a folder and all in it to a user, unless it is that user's already. */
export async function giveTo(user: SystemUser, folder: string): Promise<void> {
  if ((await stat(folder)).uid === user.uid) return;
  for (const entry of await readdir(folder, { recursive: true })) await lchown(join(folder, entry), user.uid, user.gid);
  // The folder last: its owner says that the work was finished.
  await lchown(folder, user.uid, user.gid);
}

async function asUser(user: SystemUser, { dataDir, binariesDir }: RunAsRequest): Promise<RunAs> {
  for (const folder of [binariesDir, dirname(dataDir)]) {
    if (!(await canEnter(folder, user))) throw cannotRunAsRoot(`user ${user.uid} may not enter ${folder}`);
  }
  return { prefix: [], user };
}

async function findNamespacePrefix(user: SystemUser, request: RunAsRequest): Promise<readonly string[] | null> {
  const { unshare = await findExecutable('unshare', SYSTEM_PATH) } = request;
  if (unshare === null) return null;
  const prefix = [unshare, '--user', `--map-user=${user.uid}`, `--map-group=${user.gid}`, '--'];
  // Containers often forbid user namespaces, and older versions lack the options: only a trial tells.
  const isAllowed = await promisify(execFile)(unshare, [...prefix.slice(1), process.execPath, '--version'], {
    timeout: 5_000,
  }).then(
    () => true,
    () => false,
  );
  return isAllowed ? prefix : null;
}

async function findOwner(path: string): Promise<SystemUser | null> {
  return stat(path).then(
    ({ uid, gid }) => ({ uid, gid }),
    () => null,
  );
}

/** initdb wants a user that has a name, so an arbitrary number does not do. */
async function findUnprivilegedUser(): Promise<SystemUser | null> {
  const users = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = users.find(([candidate]) => candidate === name) ?? [];
    if (Number(uid) > 0 && Number(gid) > 0) return { uid: Number(uid), gid: Number(gid) };
  }
  return null;
}

function cannotRunAsRoot(reason: string): LocalServiceError {
  return new LocalServiceError(
    `PostgreSQL does not run as root, and ${reason}. Run this as an ordinary user, or set DATABASE_URL to a PostgreSQL server.`,
  );
}
