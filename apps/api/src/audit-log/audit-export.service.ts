import { newUuid, toPublicId, type AuditExportQuery } from '@calkeep/contract';
import { Database, type WorkspaceDatabase } from '@calkeep/database';
import type { ChainPoint } from '@calkeep/security';
import { Injectable } from '@nestjs/common';
import type { WorkspaceCaller } from '../http/current-session.js';
import { personAt } from './actor.js';
import { AuditChainRepository, type SeqRange } from './audit-chain.repository.js';
import { AuditCheckpoints } from './audit-checkpoints.js';
import { exportFormats, type ExportFormat } from './audit-export-format.js';
import { AuditTrail } from './audit-trail.js';
import { mfaProofOf } from './mfa-proof.js';

/**
 * Exports: one piece of the chain without a gap, then the signed checkpoint of its last event, so that it can be verified
 * without us. That there was an export is part of the log before its first byte leaves.
 */
@Injectable()
export class AuditExportService {
  constructor(
    private readonly database: Database,
    private readonly chain: AuditChainRepository,
    private readonly checkpoints: AuditCheckpoints,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * The export in pieces of text. What is there when it begins is exported, its own entry last, and nothing that is appended
   * while it is read.
   */
  async open(member: WorkspaceCaller, query: AuditExportQuery): Promise<AsyncGenerator<string>> {
    const db = this.database.forWorkspace(member.membership.workspaceId);
    const last = await this.#announce(db, member, query);
    const { from = null, to = null } = query;
    const range = await this.chain.findRange(db, { last, from, to });
    return this.#write(db, range, exportFormats[query.format]);
  }

  /** @returns the number of the entry. */
  async #announce(db: WorkspaceDatabase, member: WorkspaceCaller, query: AuditExportQuery): Promise<number> {
    const { session, caller } = member;
    const { format, from = null, to = null } = query;
    const id = newUuid();
    const entry = {
      id,
      actor: personAt(session.user, caller),
      action: 'AUDIT_EXPORTED',
      target: { type: 'audit_log', id: toPublicId('workspace', db.workspaceId) },
      payload: { format, from, to, mfa: mfaProofOf(session) },
    } as const;
    await db.transaction((tx) => this.audit.append(tx, db.workspaceId, [entry]));
    return this.chain.getSeq(db, id);
  }

  async *#write(db: WorkspaceDatabase, range: SeqRange | null, format: ExportFormat): AsyncGenerator<string> {
    let text = format.head;
    let end: ChainPoint | undefined;
    for await (const batch of range === null ? [] : this.chain.walk(db, range)) {
      for (const { event } of batch) text += format.writeEvent(event);
      end = batch.at(-1)?.event;
      yield text;
      text = '';
    }
    // Nothing to sign where nothing was exported.
    if (end) text += format.writeCheckpoint(await this.checkpoints.signAt(db.workspaceId, end));
    yield text;
  }
}
