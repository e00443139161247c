import type { AuditLogQuery } from '@calkeep/contract';
import { Database } from '@calkeep/database';
import { Injectable } from '@nestjs/common';
import type { WorkspaceCaller } from '../http/current-session.js';
import type { JsonText } from '../http/envelope.js';
import { Cursors, type WalkedList } from '../resources/cursor.js';
import { foundWalk } from '../resources/found-walk.js';
import { AuditEventsRepository } from './audit-events.repository.js';

/** The events that the workspace's plan lets it read, by page or by cursor. */
@Injectable()
export class AuditLogService {
  constructor(
    private readonly database: Database,
    private readonly events: AuditEventsRepository,
    private readonly cursors: Cursors,
  ) {}

  /** @throws AppError `invalid_request` for a cursor that this list did not give. */
  async list({ membership: { workspaceId } }: WorkspaceCaller, query: AuditLogQuery): Promise<JsonText> {
    const { page = 1, limit, cursor, total: isTotalWanted, sort, ...filter } = query;
    const list: WalkedList = { workspaceId, name: 'audit-events', filter, sort };
    const found = await this.events.findMany(this.database.forWorkspace(workspaceId), {
      ...{ filter, sort, limit },
      start: cursor === undefined ? { offset: (page - 1) * limit } : { after: this.cursors.open(list, cursor) },
      isCounted: cursor === undefined || isTotalWanted,
    });
    return foundWalk('auditEvents', query, found, (position) => this.cursors.seal(list, position)).data;
  }
}
