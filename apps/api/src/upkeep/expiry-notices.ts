import { Database, type WorkspaceTransaction } from '@calkeep/database';
import type { Config } from '@calkeep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { MailQueue } from '../mail/mail-queue.js';
import { oneLine } from '../mail/one-line.js';
import { CONFIG } from '../platform/tokens.js';
import { ExpiryNoticesRepository, type EndingToken } from './expiry-notices.repository.js';
import { Upkeep, type HeldWork, type UpkeepHandler } from './upkeep.js';

/**
 * Tells the owners and admins of a workspace, once, which of its tokens end within seven days: one mail a person. The
 * mails leave with the transaction that marks the tokens as told of, so nobody is told twice or not at all.
 */
@Injectable()
export class ExpiryNotices implements UpkeepHandler {
  readonly retrySecondsMax = 300;

  constructor(
    private readonly database: Database,
    private readonly notices: ExpiryNoticesRepository,
    private readonly mails: MailQueue,
    private readonly upkeep: Upkeep,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async run(work: HeldWork): Promise<void> {
    const { workspaceId } = work;
    await this.database.forWorkspace(workspaceId).transaction(async (tx) => {
      const tokens = await this.notices.takeEnding(tx, workspaceId);
      if (tokens.length > 0) await this.#tell(tx, workspaceId, tokens);
      await this.upkeep.settle(tx, work, await this.notices.findNextDueAt(tx, workspaceId));
    });
  }

  async #tell(tx: WorkspaceTransaction, workspaceId: string, tokens: readonly EndingToken[]): Promise<void> {
    const workspace = await this.notices.findWorkspaceName(tx, workspaceId);
    const subject = `API tokens of ${workspace} end within 7 days`;
    const text = textOf(tokens, { workspace, consoleUrl: this.config.PUBLIC_URL });
    for (const to of await this.notices.findRecipients(tx, workspaceId))
      await this.mails.send(tx, workspaceId, { mail: { to, subject, text }, requestId: null });
  }
}

function textOf(
  tokens: readonly EndingToken[],
  { workspace, consoleUrl }: { workspace: string; consoleUrl: string },
): string {
  return [
    `These API tokens of ${workspace} end soon. From then on, whatever uses one of them is refused.`,
    '',
    ...tokens.map(
      ({ label, displayPrefix, expiresAt }) => `- ${oneLine(label)} (${displayPrefix}…): ${minuteOf(expiresAt)}`,
    ),
    '',
    `Rotate or replace them in the console: ${consoleUrl}`,
    '',
  ].join('\n');
}

/** `2026-12-01 09:30 UTC` */
function minuteOf(instant: Date): string {
  return `${instant.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
