import { toPublicId, type WorkspaceSettingsBody } from '@calkeep/contract';
import { Database } from '@calkeep/database';
import { AppError } from '@calkeep/platform';
import { Injectable } from '@nestjs/common';
import { Admissions } from '../admission/admissions.js';
import { personAt } from '../audit-log/actor.js';
import { AuditTrail } from '../audit-log/audit-trail.js';
import type { WorkspaceCaller } from '../http/current-session.js';
import type { JsonText } from '../http/envelope.js';
import { foundOne } from '../resources/found.js';
import { changesOf, patched } from './settings-patch.js';
import { WorkspaceSettingsRepository } from './workspace-settings.repository.js';

@Injectable()
export class WorkspaceSettingsService {
  constructor(
    private readonly database: Database,
    private readonly settings: WorkspaceSettingsRepository,
    private readonly audit: AuditTrail,
    private readonly admissions: Admissions,
  ) {}

  async get({ membership }: WorkspaceCaller): Promise<JsonText> {
    return foundOne('workspace', await this.settings.find(this.database.forWorkspace(membership.workspaceId)));
  }

  /** Settings that are not named stay. When this resolves, tokens obey the allow-list on every process. */
  async update(by: WorkspaceCaller, patch: WorkspaceSettingsBody): Promise<JsonText> {
    await this.#change(by, patch);
    // Also when nothing changed: the change may be that of an earlier try, whose process was gone before it could tell.
    if (patch.ipAllowlist) await this.#forgetTokens(by.membership.workspaceId);
    return this.get(by);
  }

  #change({ session, membership, caller }: WorkspaceCaller, patch: WorkspaceSettingsBody): Promise<void> {
    const { workspaceId } = membership;
    return this.database.forWorkspace(workspaceId).transaction(async (tx) => {
      const locked = await this.settings.lock(tx, workspaceId);
      if (!locked) throw new AppError('not_found');
      const settings = patched(locked.settings, patch);
      const payload = changesOf(locked.settings, settings);
      if (!payload) return;
      await this.settings.update(tx, workspaceId, settings);
      if (locked.sandboxId !== null) await this.settings.updateSandbox(tx, workspaceId, locked.sandboxId, settings);
      const actor = personAt(session.user, caller);
      const target = { type: 'workspace', id: toPublicId('workspace', workspaceId) } as const;
      await this.audit.append(tx, workspaceId, [{ actor, action: 'WORKSPACE_UPDATED', target, payload }]);
    });
  }

  /** Those that are found after the commit: one that is issued later has never been believed under the old list. */
  async #forgetTokens(workspaceId: string): Promise<void> {
    const tokens = await this.settings.findLivingTokens(this.database.forWorkspace(workspaceId));
    await this.admissions.forgetAll(tokens);
  }
}
