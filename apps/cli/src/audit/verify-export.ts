/**
 * Invariant: an export is called valid only if its entries link up without a gap, in one workspace, and each checkpoint at
 * hand says the same. What could not be checked is told, not passed over.
 */
import {
  verifyChain,
  verifyCheckpoint,
  type AuditPublicKey,
  type ChainPoint,
  type ChainVerdict,
  type SignedCheckpoint,
} from '@calkeep/security';
import {
  breakAfterCheckpoint,
  breakOfChain,
  breakOfCheckpoint,
  breakOfKept,
  type ExportBreak,
  type GoodPart,
  type SignatureStatus,
} from './export-break.js';
import { ExportWalk } from './export-walk.js';
import type { NumberedRecord } from './read-export.js';

export interface ExportToVerify {
  readonly records: AsyncIterable<NumberedRecord>;
  /** Without them no signature is checked. */
  readonly publicKeys?: readonly AuditPublicKey[] | undefined;
  /** A checkpoint kept from earlier, outside the reach of who wrote the export. */
  readonly kept?: SignedCheckpoint | undefined;
}

export interface ExportVerdict extends Partial<ExportBreak> {
  readonly valid: boolean;
  readonly workspaceId: string;
  /** 1, unless the export is a part of the log that begins later. */
  readonly firstSeq: number;
  /** How many entries were found good, up to the first break. */
  readonly entries: number;
  /** The hash of the last good entry, or where there is none the one to go on from. Lower-case hex. */
  readonly head: string;
  /** Of the checkpoint that ends the file; `unchecked` also when a break came before it. */
  readonly checkpoint: SignatureStatus | 'missing';
  readonly keptCheckpoint?: SignatureStatus;
}

/** Walks an export once, holding one entry at a time. @throws CliError for what is no export */
export async function verifyExport({ records, publicKeys, kept }: ExportToVerify): Promise<ExportVerdict> {
  const walk = await ExportWalk.start(records);
  const statusOf = (checkpoint: SignedCheckpoint): SignatureStatus =>
    publicKeys ? verifyCheckpoint(checkpoint, publicKeys) : 'unchecked';
  const keptStatus = kept && statusOf(kept);
  // One that is not ours says nothing about the chain.
  const known = keptStatus === 'valid' || keptStatus === 'unchecked' ? kept : undefined;

  const start = startOf(walk, known);
  const checkpoint = known && { checkpoint: pointOf(known) };
  const chain = await verifyChain(walk.events(), { ...start, ...checkpoint });
  const part = partOf(start, chain);
  const status = walk.checkpoint && statusOf(walk.checkpoint.value);
  const found =
    breakOfChain(chain, walk, known) ??
    (kept && keptStatus && breakOfKept(kept, keptStatus, part)) ??
    breakAfterCheckpoint(walk, part) ??
    (walk.checkpoint && status && breakOfCheckpoint(walk.checkpoint, status, part));
  return {
    valid: found === undefined,
    ...{ workspaceId: part.workspaceId, firstSeq: part.firstSeq, entries: chain.entries, head: part.head },
    checkpoint: status ?? (walk.hasEnded ? 'missing' : 'unchecked'),
    ...(keptStatus && { keptCheckpoint: keptStatus }),
    ...found,
  };
}

interface Start {
  readonly workspaceId: string;
  /** By default the genesis. */
  readonly after?: ChainPoint;
}

/** A part of the log goes on from the kept checkpoint if it can, else from what its first entry says came before. */
function startOf({ firstEvent, workspaceId }: ExportWalk, known: SignedCheckpoint | undefined): Start {
  const seq = Math.max((firstEvent?.seq ?? 0) - 1, 0);
  if (known?.seq === seq) return { workspaceId: known.workspaceId, after: pointOf(known) };
  const isPart = firstEvent !== undefined && seq > 0;
  return {
    workspaceId: known?.workspaceId ?? workspaceId,
    ...(isPart && { after: { seq, hash: firstEvent.prevHash } }),
  };
}

function partOf({ workspaceId, after }: Start, { entries, head }: ChainVerdict): GoodPart {
  const firstSeq = (after?.seq ?? 0) + 1;
  return { workspaceId, firstSeq, lastSeq: firstSeq - 1 + entries, head: head.toString('hex') };
}

function pointOf({ seq, hash }: SignedCheckpoint): ChainPoint {
  return { seq, hash: Buffer.from(hash, 'hex') };
}
