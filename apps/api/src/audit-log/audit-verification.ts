import { toPublicId, type AuditVerificationData } from '@calkeep/contract';
import { Database, type WorkspaceDatabase } from '@calkeep/database';
import { CheckpointSigner, verifyChain, type ChainVerdict } from '@calkeep/security';
import { Injectable } from '@nestjs/common';
import type { WorkspaceCaller } from '../http/current-session.js';
import { AuditChainRepository, type ChainEnds } from './audit-chain.repository.js';
import { CheckpointWatch, type LogBreak } from './checkpoint-watch.js';
import { VerificationTurns } from './verification-turns.js';

/** Says whether a log is the one that was written: every event of it, its head, and each checkpoint that is stored. */
@Injectable()
export class AuditVerification {
  readonly #turns = new VerificationTurns<AuditVerificationData>();

  constructor(
    private readonly database: Database,
    private readonly chain: AuditChainRepository,
    private readonly signer: CheckpointSigner,
  ) {}

  /** Walks the whole log, also what the plan no longer lets people read. Holds one batch of it at a time. */
  verify({ membership: { workspaceId } }: WorkspaceCaller): Promise<AuditVerificationData> {
    return this.#turns.take(workspaceId, () => this.#walk(this.database.forWorkspace(workspaceId)));
  }

  async #walk(db: WorkspaceDatabase): Promise<AuditVerificationData> {
    const ends = await this.chain.findEnds(db);
    const headSeq = ends.head?.seq ?? 0;
    const watch = new CheckpointWatch(this.signer.publicKeys());
    const verdict = await verifyChain(watch.over(this.chain.walk(db, { last: headSeq })), {
      workspaceId: toPublicId('workspace', db.workspaceId),
      ...(ends.head && { checkpoint: ends.head }),
    });
    const found =
      watch.found?.break ??
      breakOfChain(verdict) ??
      breakAfterHead(headSeq, ends) ??
      watch.breakOfStray(await this.chain.findStrayCheckpoints(db), headSeq);
    return { valid: found === null, ...goodPart(verdict, watch), ...found, checkpoints: watch.checkpoints };
  }
}

/** An event that its checkpoint contradicts may well go on from those before it; good it is not. */
function goodPart({ entries, head }: ChainVerdict, { found }: CheckpointWatch) {
  const last = found ? { entries: found.event.seq - 1, head: found.event.prevHash } : { entries, head };
  return { entries: last.entries, head: Buffer.from(last.head).toString('hex') };
}

function breakOfChain({ firstBrokenSeq, reason }: ChainVerdict): LogBreak | null {
  if (firstBrokenSeq === undefined || reason === undefined) return null;
  return { firstBrokenSeq, reason: reason === 'contradicts_checkpoint' ? 'contradicts_head' : reason };
}

function breakAfterHead(headSeq: number, { lastSeq }: ChainEnds): LogBreak | null {
  return lastSeq > headSeq ? { firstBrokenSeq: headSeq + 1, reason: 'beyond_head' } : null;
}
