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
}

/** What the first event of a workspace has for `prevHash`; names the version of this whole scheme. */
export function genesisHash(workspaceId: string): Buffer {
  return sha256(`calkeep-audit-chain-v1:${workspaceId}`);
}

/** The text that is hashed: RFC 8785 over exactly the fields of `AuditEvent`, whatever else the object carries. */
export function canonicalAuditEvent(event: AuditEvent): string {
  const { workspaceId, seq, id, action, createdAt, ip, userAgent, requestId, clientRequestId, payload } = event;
  const actor = { type: event.actor.type, id: event.actor.id, name: event.actor.name };
  const target = { type: event.target.type, id: event.target.id };
  const request = { ip, userAgent, requestId, clientRequestId };
  return canonicalJson({ workspaceId, seq, id, action, actor, target, createdAt, ...request, payload });
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
  const verdict = (firstBrokenSeq?: number): ChainVerdict => ({
    valid: firstBrokenSeq === undefined,
    entries: last.seq - after.seq,
    head: Buffer.from(last.hash),
    ...(firstBrokenSeq !== undefined && { firstBrokenSeq }),
  });

  for await (const entry of entries) {
    const follows = entry.workspaceId === workspaceId && isLink(last, entry) && !contradicts(checkpoint, entry);
    if (!follows) return verdict(last.seq + 1);
    last = { seq: entry.seq, hash: entry.hash };
  }
  const isCutOff = checkpoint !== undefined && last.seq < checkpoint.seq;
  return isCutOff ? verdict(last.seq + 1) : verdict();
}

function isLink(last: ChainPoint, entry: ChainedAuditEvent): boolean {
  return (
    entry.seq === last.seq + 1 &&
    isSame(entry.prevHash, last.hash) &&
    isSame(entry.hash, auditHash(entry.prevHash, entry))
  );
}

function contradicts(checkpoint: ChainPoint | undefined, entry: ChainPoint): boolean {
  return checkpoint !== undefined && checkpoint.seq === entry.seq && !isSame(checkpoint.hash, entry.hash);
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
