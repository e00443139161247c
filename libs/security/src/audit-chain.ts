/**
 * Invariant: the entries of a workspace form one chain. Whoever knows a later hash can tell that an earlier entry was
 * edited, removed, inserted, reordered or moved here from another workspace.
 *
 * `hash = SHA-256(prevHash || canonical JSON of the event, UTF-8)`; the first `prevHash` is the workspace's genesis hash.
 * The hash has no key: who may rewrite the whole tail may rewrite its hashes. Against that stand checkpoints kept elsewhere.
 */
import { createHash } from 'node:crypto';
import { canonicalJson, type JsonObject } from './canonical-json.js';

/** Everything that is hashed. Ids are the public ones, so that an export verifies without the database. */
export interface AuditEvent {
  readonly workspaceId: string;
  /** 1 for the first event of a workspace, then without gaps. */
  readonly seq: number;
  readonly id: string;
  readonly action: string;
  readonly actor: { readonly type: string; readonly id: string | null; readonly name: string | null };
  readonly target: { readonly type: string; readonly id: string | null };
  /** RFC 3339 in UTC with milliseconds, as `Date.prototype.toISOString` writes it. */
  readonly createdAt: string;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly requestId: string | null;
  readonly clientRequestId: string | null;
  readonly payload: JsonObject;
}

/** An event in its place; both hashes have 32 bytes. */
export interface ChainedAuditEvent extends AuditEvent {
  readonly prevHash: Uint8Array;
  readonly hash: Uint8Array;
}

/** A point of the chain: the last entry's number and hash. */
export interface ChainPoint {
  readonly seq: number;
  readonly hash: Uint8Array;
}

export interface ChainToVerify {
  readonly workspaceId: string;
  /** Where the entries go on from, when they are not the chain from its beginning; by default its genesis. */
  readonly after?: ChainPoint;
  /** A point that the chain is known to have reached: shows a tail that was cut off or rewritten. */
  readonly checkpoint?: ChainPoint;
}

export interface ChainVerdict {
  readonly valid: boolean;
  /** How many entries were found good, up to the first break. */
  readonly entries: number;
  /** The hash of the last good entry; where there is none, the hash to go on from. */
  readonly head: Buffer;
  /** The place in the chain at which the right entry is not found. */
  readonly firstBrokenSeq?: number;
  /** What is wrong there. */
  readonly reason?: ChainBreak;
}

/**
 * - `foreign_workspace`: the entry is another workspace's
 * - `wrong_seq`: the entry has another number: one was removed, inserted or moved
 * - `wrong_prev_hash`: the entry does not go on from the one before
 * - `wrong_hash`: the entry is not what its hash was made of: it was edited
 * - `contradicts_checkpoint`: the entry has another hash than the checkpoint says
 * - `cut_off`: no entry is there, but the checkpoint says that the chain went further
 */
export type ChainBreak =
  'foreign_workspace' | 'wrong_seq' | 'wrong_prev_hash' | 'wrong_hash' | 'contradicts_checkpoint' | 'cut_off';

/** What the first event of a workspace has for `prevHash`; names the version of this whole scheme. */
export function genesisHash(workspaceId: string): Buffer {
  return sha256(`calkeep-audit-chain-v1:${workspaceId}`);
}

/**
 * The text that is hashed: RFC 8785 over exactly the fields of `AuditEvent`, whatever else the object carries. The order
 * of the members is spelt out, as sorting them for each event took half the time of a verification.
 * @throws TypeError for what has no canonical form
 */
export function canonicalAuditEvent(event: AuditEvent): string {
  const { actor, target } = event;
  const actorText = `{"id":${canonicalJson(actor.id)},"name":${canonicalJson(actor.name)},"type":${canonicalJson(actor.type)}}`;
  const targetText = `{"id":${canonicalJson(target.id)},"type":${canonicalJson(target.type)}}`;
  return (
    `{"action":${canonicalJson(event.action)},"actor":${actorText}` +
    `,"clientRequestId":${canonicalJson(event.clientRequestId)},"createdAt":${canonicalJson(event.createdAt)}` +
    `,"id":${canonicalJson(event.id)},"ip":${canonicalJson(event.ip)},"payload":${canonicalJson(event.payload)}` +
    `,"requestId":${canonicalJson(event.requestId)},"seq":${canonicalJson(event.seq)},"target":${targetText}` +
    `,"userAgent":${canonicalJson(event.userAgent)},"workspaceId":${canonicalJson(event.workspaceId)}}`
  );
}

export function auditHash(prevHash: Uint8Array, event: AuditEvent): Buffer {
  return createHash('sha256').update(prevHash).update(canonicalAuditEvent(event)).digest();
}

/** Walks entries in ascending `seq`, holding one at a time, and stops at the first break. */
export async function verifyChain(
  entries: Iterable<ChainedAuditEvent> | AsyncIterable<ChainedAuditEvent>,
  { workspaceId, after = { seq: 0, hash: genesisHash(workspaceId) }, checkpoint }: ChainToVerify,
): Promise<ChainVerdict> {
  let last = after;
  const verdict = (reason?: ChainBreak): ChainVerdict => ({
    valid: reason === undefined,
    entries: last.seq - after.seq,
    head: Buffer.from(last.hash),
    ...(reason !== undefined && { firstBrokenSeq: last.seq + 1, reason }),
  });

  for await (const entry of entries) {
    const reason = findBreak(entry, { workspaceId, last, checkpoint });
    if (reason !== undefined) return verdict(reason);
    last = { seq: entry.seq, hash: entry.hash };
  }
  const isCutOff = checkpoint !== undefined && last.seq < checkpoint.seq;
  return isCutOff ? verdict('cut_off') : verdict();
}

interface Place {
  readonly workspaceId: string;
  readonly last: ChainPoint;
  readonly checkpoint: ChainPoint | undefined;
}

function findBreak(entry: ChainedAuditEvent, { workspaceId, last, checkpoint }: Place): ChainBreak | undefined {
  if (entry.workspaceId !== workspaceId) return 'foreign_workspace';
  if (entry.seq !== last.seq + 1) return 'wrong_seq';
  if (!isSame(entry.prevHash, last.hash)) return 'wrong_prev_hash';
  if (!isHashOf(entry)) return 'wrong_hash';
  if (checkpoint?.seq === entry.seq && !isSame(checkpoint.hash, entry.hash)) return 'contradicts_checkpoint';
  return undefined;
}

/** What has no canonical form, or is nested too deep to be walked, never was hashed. */
function isHashOf(entry: ChainedAuditEvent): boolean {
  try {
    return isSame(entry.hash, auditHash(entry.prevHash, entry));
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return false;
    throw error;
  }
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
