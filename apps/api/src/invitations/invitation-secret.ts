import { hash, randomBytes } from 'node:crypto';

const secretBytes = 32;
/** Of the workspace's UUID and of the random bytes, in base64url. */
const pattern = /^([\w-]{22})\.([\w-]{43})$/;

/** What an invitation's link holds: where to look, and 256 random bits of which only the hash is stored. */
export interface InvitationSecret {
  /** Bare UUID, and no more than a claim until the hash has been found there. */
  readonly workspaceId: string;
  readonly secretHash: Uint8Array<ArrayBuffer>;
}

export function newInvitationSecret(workspaceId: string): InvitationSecret & { secret: string } {
  const workspace = Buffer.from(workspaceId.replaceAll('-', ''), 'hex').toString('base64url');
  const random = randomBytes(secretBytes).toString('base64url');
  return { secret: `${workspace}.${random}`, workspaceId, secretHash: hashOf(random) };
}

/** `null` for what is none. */
export function parseInvitationSecret(text: string): InvitationSecret | null {
  const [, workspace, random] = pattern.exec(text) ?? [];
  if (workspace === undefined || random === undefined) return null;
  const hex = Buffer.from(workspace, 'base64url').toString('hex');
  const workspaceId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return { workspaceId, secretHash: hashOf(random) };
}

/** So much randomness needs no slow hash. */
function hashOf(random: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hash('sha256', random, 'buffer'));
}
