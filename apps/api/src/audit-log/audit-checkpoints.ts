import { toPublicId, type PageQuery } from '@calkeep/contract';
import { Database } from '@calkeep/database';
import type { Clock } from '@calkeep/platform';
import { CheckpointSigner, type AuditPublicKey, type ChainPoint, type SignedCheckpoint } from '@calkeep/security';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { WorkspaceCaller } from '../http/current-session.js';
import type { JsonText } from '../http/envelope.js';
import { CLOCK } from '../platform/tokens.js';
import { foundPage } from '../resources/found.js';
import { AuditCheckpointsRepository } from './audit-checkpoints.repository.js';

/**
 * Signed points of the audit logs. A log that was cut off or rewritten contradicts them; who could take them out of the
 * database as well cannot take back those that have left it, in exports and by the list.
 */
@Injectable()
export class AuditCheckpoints {
  readonly #logger = new Logger(AuditCheckpoints.name);

  constructor(
    private readonly database: Database,
    private readonly checkpoints: AuditCheckpointsRepository,
    private readonly signer: CheckpointSigner,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Covers everything that was appended to a workspace's log with a checkpoint, unless the last one does already. A log
   * that contradicts its own head is not signed, and said in the server's log.
   * @param workspaceId bare UUID.
   */
  async sign(workspaceId: string): Promise<void> {
    const head = await this.checkpoints.findUnsignedHead(this.database.forWorkspace(workspaceId));
    if (head === null) return;
    if (head.isTrue) await this.signAt(workspaceId, head);
    else
      this.#logger.error(`the audit log of workspace ${workspaceId} contradicts its head at ${head.seq}: not signed`);
  }

  /** @returns the checkpoint of this entry; the one there is, if it was signed before. @param workspaceId bare UUID. */
  signAt(workspaceId: string, { seq, hash }: ChainPoint): Promise<SignedCheckpoint> {
    const checkpoint = this.signer.sign({
      workspaceId: toPublicId('workspace', workspaceId),
      seq,
      hash: Buffer.from(hash).toString('hex'),
      createdAt: new Date(this.clock.now()).toISOString(),
    });
    return this.database
      .forWorkspace(workspaceId)
      .transaction((tx) => this.checkpoints.findOrCreate(tx, workspaceId, checkpoint));
  }

  async list({ membership }: WorkspaceCaller, page: PageQuery): Promise<JsonText> {
    const db = this.database.forWorkspace(membership.workspaceId);
    return foundPage('checkpoints', page, await this.checkpoints.findMany(db, page));
  }

  /** Those that checkpoints can be checked with, the current one first. */
  publicKeys(): AuditPublicKey[] {
    return this.signer.publicKeys();
  }
}
