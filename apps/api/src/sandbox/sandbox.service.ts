import type { SandboxResetData } from '@calkeep/contract';
import { Database } from '@calkeep/database';
import { AppError, type Clock } from '@calkeep/platform';
import { refillSandbox, sandboxWasReset } from '@calkeep/sample-data';
import { Inject, Injectable } from '@nestjs/common';
import { personAt } from '../audit-log/actor.js';
import { AuditTrail } from '../audit-log/audit-trail.js';
import type { WorkspaceCaller } from '../http/current-session.js';
import { CLOCK } from '../platform/tokens.js';
import { SandboxRepository } from './sandbox.repository.js';

/** The workspace's twin, which test tokens see. */
@Injectable()
export class SandboxService {
  constructor(
    private readonly database: Database,
    private readonly sandbox: SandboxRepository,
    private readonly audit: AuditTrail,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Bare UUID. */
  async idOf({ membership }: WorkspaceCaller): Promise<string> {
    const id = await this.sandbox.findId(this.database.forWorkspace(membership.workspaceId));
    if (id === null) throw new AppError('not_found');
    return id;
  }

  /** Empties it and puts sample data there, all of it or nothing, as `calkeep sandbox reset` does. */
  reset({ session, membership, caller }: WorkspaceCaller): Promise<SandboxResetData> {
    const { workspaceId } = membership;
    return this.database.forWorkspace(workspaceId).transaction(async (tx) => {
      const sandboxId = await this.sandbox.lock(tx, workspaceId);
      if (sandboxId === null) throw new AppError('not_found');
      const sandbox = { workspaceId, sandboxId, now: new Date(this.clock.now()) };
      const refill = await refillSandbox((text, ...values) => tx.$queryRawUnsafe(text, ...values), sandbox);
      const entry = { ...sandboxWasReset(sandbox, refill), actor: personAt(session.user, caller) };
      await this.audit.append(tx, workspaceId, [entry]);
      return refill;
    });
  }
}
