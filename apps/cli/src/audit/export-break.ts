import type { ChainBreak, ChainVerdict, CheckpointStatus, SignedCheckpoint } from '@calkeep/security';
import type { ExportWalk, Numbered } from './export-walk.js';

/**
 * Those of the chain, and
 * - `beyond_checkpoint`: entries stand after the one that the checkpoint of the file is of
 * - `checkpoint_forged`, `checkpoint_unknown_key`: a checkpoint is not signed by any of the given keys
 * - `checkpoint_foreign`: the checkpoint of the file is another workspace's
 * - `not_in_export`: the export begins after the entry that the kept checkpoint is of
 */
export type ExportBreakReason =
  | ChainBreak
  | 'beyond_checkpoint'
  | 'checkpoint_forged'
  | 'checkpoint_unknown_key'
  | 'checkpoint_foreign'
  | 'not_in_export';

/** Where an export goes wrong, and how. */
export interface ExportBreak {
  readonly firstBrokenSeq: number;
  readonly reason: ExportBreakReason;
  /** For people; holds numbers, and nothing else of the file. */
  readonly explanation: string;
  /** Of the file, where the break is to be seen at one. */
  readonly line?: number;
}

/** A part of the chain that was found good. */
export interface GoodPart {
  readonly workspaceId: string;
  readonly firstSeq: number;
  /** One below `firstSeq` when there are no entries. */
  readonly lastSeq: number;
  /** Lower-case hex. */
  readonly head: string;
}

/** What came of a signature; `unchecked` without public keys. */
export type SignatureStatus = CheckpointStatus | 'unchecked';

/** @param kept the checkpoint that the chain was held against */
export function breakOfChain(
  { firstBrokenSeq, reason }: ChainVerdict,
  { event }: ExportWalk,
  kept: SignedCheckpoint | undefined,
): ExportBreak | undefined {
  if (firstBrokenSeq === undefined || reason === undefined) return undefined;
  const numbers = { seq: firstBrokenSeq, foundSeq: event?.value.seq ?? 0, keptSeq: kept?.seq ?? 0 };
  const isAtLine = reason !== 'cut_off' && event !== undefined;
  const explanation = explainChainBreak(reason, numbers);
  return { firstBrokenSeq, reason, explanation, ...(isAtLine && { line: event.line }) };
}

/** What is wrong with the checkpoint of the file, the entries being good. */
export function breakOfCheckpoint(
  { line, value }: Numbered<SignedCheckpoint>,
  status: SignatureStatus,
  part: GoodPart,
): ExportBreak | undefined {
  const { workspaceId, firstSeq, lastSeq, head } = part;
  const place = Math.max(lastSeq, 1);
  const at = (firstBrokenSeq: number, reason: ExportBreakReason, explanation: string): ExportBreak => ({
    ...{ firstBrokenSeq, reason, explanation, line },
  });
  const unsigned = breakOfSignature(status, 'the checkpoint of the file');
  if (unsigned) return at(place, unsigned.reason, unsigned.explanation);
  if (value.workspaceId !== workspaceId) {
    return at(place, 'checkpoint_foreign', 'the checkpoint of the file is that of another workspace');
  }
  if (value.seq > lastSeq) {
    const missing = range(lastSeq + 1, value.seq);
    return at(lastSeq + 1, 'cut_off', `${missing} cut off: the checkpoint of the file is that of entry ${value.seq}`);
  }
  if (value.seq < lastSeq) {
    const extra = `the checkpoint of the file is that of entry ${value.seq}: what follows that entry was appended`;
    return at(Math.max(value.seq + 1, firstSeq), 'beyond_checkpoint', extra);
  }
  if (value.hash === head) return undefined;
  return at(
    place,
    'contradicts_checkpoint',
    'its hash is not that of the checkpoint of the file: the log was rewritten',
  );
}

/** A record after the checkpoint, which ends an export. */
export function breakAfterCheckpoint(
  { lineAfterCheckpoint: line }: ExportWalk,
  { lastSeq }: GoodPart,
): ExportBreak | undefined {
  if (line === undefined) return undefined;
  const explanation = 'something stands after the checkpoint, which ends an export';
  return { firstBrokenSeq: lastSeq + 1, reason: 'beyond_checkpoint', explanation, line };
}

/** What is wrong with the checkpoint kept from earlier, the entries of the file being good. */
export function breakOfKept(
  kept: SignedCheckpoint,
  status: SignatureStatus,
  { firstSeq }: GoodPart,
): ExportBreak | undefined {
  const firstBrokenSeq = Math.max(kept.seq, 1);
  const unsigned = breakOfSignature(status, 'the checkpoint kept from earlier');
  if (unsigned) return { firstBrokenSeq, ...unsigned };
  if (kept.seq >= firstSeq - 1) return undefined;
  const explanation = `the export begins at entry ${firstSeq}, so it does not show that the log still holds this one`;
  return { firstBrokenSeq, reason: 'not_in_export', explanation };
}

function breakOfSignature(
  status: SignatureStatus,
  what: string,
): Pick<ExportBreak, 'reason' | 'explanation'> | undefined {
  switch (status) {
    case 'forged':
      return { reason: 'checkpoint_forged', explanation: `${what} is forged: its signature is not of what it says` };
    case 'unknown_key':
      return { reason: 'checkpoint_unknown_key', explanation: `${what} is signed by none of the given keys` };
    case 'valid':
    case 'unchecked':
      return undefined;
  }
}

function explainChainBreak(
  reason: ChainBreak,
  { seq, foundSeq, keptSeq }: { seq: number; foundSeq: number; keptSeq: number },
): string {
  switch (reason) {
    case 'foreign_workspace':
      return 'the entry here is that of another workspace';
    case 'wrong_seq':
      return foundSeq > seq
        ? `${range(seq, foundSeq - 1)} not here: entry ${foundSeq} comes next, so something was removed or moved`
        : `entry ${foundSeq} stands here once more or out of place: it was inserted or moved`;
    case 'wrong_prev_hash':
      return seq === 1
        ? 'it does not begin as the log of this workspace begins'
        : `it does not go on from entry ${seq - 1}: that one was rewritten, or this one was put here`;
    case 'wrong_hash':
      return 'it is not what its hash was made of: it was edited';
    case 'contradicts_checkpoint':
      return 'its hash is not that of the checkpoint kept from earlier: the log was rewritten';
    case 'cut_off':
      return `${range(seq, keptSeq)} cut off: the checkpoint kept from earlier is that of entry ${keptSeq}`;
  }
}

/** Both included; goes before `cut off` or `not here`. */
function range(from: number, to: number): string {
  return from === to ? `entry ${from} is` : `entries ${from} to ${to} are`;
}
