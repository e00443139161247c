import { Database } from '@calkeep/database';
import type { Clock } from '@calkeep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { AuditTrail, type AuditEntry } from '../audit-log/audit-trail.js';
import { CLOCK } from '../platform/tokens.js';
import { AfterAnswer } from './after-answer.js';

/** Tells the audit logs of a person's workspaces of a failed attempt, in no time that its answer would show. */
@Injectable()
export class LateAudit {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditTrail,
    private readonly afterAnswer: AfterAnswer,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @param userId bare UUID. */
  appendForUser(userId: string, entry: AuditEntry): void {
    const at = new Date(this.clock.now());
    this.afterAnswer.run(`the audit entry ${entry.action}`, () =>
      this.database.transaction((tx) => this.audit.appendForUser(tx, userId, { ...entry, at })),
    );
  }
}
