import type { AuditBreakReason } from '@calkeep/contract';
import {
  verifyCheckpoint,
  type AuditPublicKey,
  type ChainedAuditEvent,
  type SignedCheckpoint,
} from '@calkeep/security';
import type { ChainRow } from './audit-chain.repository.js';

/** Where a log is not what it should be. */
export interface LogBreak {
  readonly firstBrokenSeq: number;
  readonly reason: AuditBreakReason;
}

/** Holds each stored checkpoint against the event that it is of, while the events go on to be verified. */
export class CheckpointWatch {
  /** The first checkpoint that is not right, and the event that it is of. */
  found: { readonly break: LogBreak; readonly event: ChainedAuditEvent } | null = null;
  #checked = 0;
  #lastSeq: number | null = null;

  constructor(private readonly publicKeys: readonly AuditPublicKey[]) {}

  get checkpoints(): { checked: number; lastSeq: number | null } {
    return { checked: this.#checked, lastSeq: this.#lastSeq };
  }

  /** What checkpoints of events that are not there say of a log that was found good up to its end. */
  breakOfStray(strays: readonly SignedCheckpoint[], endSeq: number): LogBreak | null {
    let found: LogBreak | null = null;
    for (const stray of strays) {
      const reason = signatureFaultOf(stray, this.publicKeys);
      // One that we signed proves that the log went further; the others prove nothing, and should not be there.
      if (reason === null) return { firstBrokenSeq: endSeq + 1, reason: 'cut_off' };
      found ??= { firstBrokenSeq: Math.max(stray.seq, 1), reason };
    }
    return found;
  }

  /** The events one by one, up to the first checkpoint that is not right. */
  async *over(batches: AsyncIterable<ChainRow[]>): AsyncGenerator<ChainedAuditEvent> {
    for await (const batch of batches) {
      for (const { event, checkpoint } of batch) {
        // Asked for the next one, we know that the event was found to go on from those before it.
        yield event;
        if (checkpoint !== null && !this.#isRight(event, checkpoint)) return;
      }
    }
  }

  #isRight(event: ChainedAuditEvent, checkpoint: SignedCheckpoint): boolean {
    const reason = faultOf(event, checkpoint, this.publicKeys);
    if (reason !== null) {
      this.found = { break: { firstBrokenSeq: event.seq, reason }, event };
      return false;
    }
    this.#checked += 1;
    this.#lastSeq = event.seq;
    return true;
  }
}

/** What is wrong with the checkpoint of an event; `null` for nothing. */
function faultOf(
  { hash }: ChainedAuditEvent,
  checkpoint: SignedCheckpoint,
  publicKeys: readonly AuditPublicKey[],
): AuditBreakReason | null {
  const isSame = checkpoint.hash === Buffer.from(hash).toString('hex');
  return signatureFaultOf(checkpoint, publicKeys) ?? (isSame ? null : 'contradicts_checkpoint');
}

/** What is wrong with a checkpoint in itself. */
function signatureFaultOf(
  checkpoint: SignedCheckpoint,
  publicKeys: readonly AuditPublicKey[],
): AuditBreakReason | null {
  const status = verifyCheckpoint(checkpoint, publicKeys);
  switch (status) {
    case 'unknown_key':
      return 'checkpoint_unknown_key';
    case 'forged':
      return 'checkpoint_forged';
    case 'valid':
      return null;
  }
}
