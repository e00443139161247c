import { Readable } from 'node:stream';
import { auditExportQuery, type AuditExportQuery } from '@calkeep/contract';
import type { Clock } from '@calkeep/platform';
import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RecentMfa, WorkspaceRoles } from '../http/access.js';
import { CurrentMember, type WorkspaceCaller } from '../http/current-session.js';
import { CLOCK } from '../platform/tokens.js';
import { exportFormats } from './audit-export-format.js';
import { AuditExportService } from './audit-export.service.js';
import { startedStream } from './started-stream.js';

/** A reader that takes nothing for so long is gone. */
const stallMsMax = 60_000;

@Controller('app/workspaces/:ws/audit-log/export')
export class AuditExportController {
  constructor(
    private readonly exports: AuditExportService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The one answer of the app API that is no envelope. An error on the way cuts the connection: it must not look complete. */
  @Get()
  @WorkspaceRoles('owner', 'admin', 'auditor')
  @RecentMfa()
  async export(
    @CurrentMember() member: WorkspaceCaller,
    @Query({ schema: auditExportQuery }) query: AuditExportQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Readable> {
    // Who asks for the headers alone reads nothing, which is nothing to be told in the log.
    const stream =
      request.method === 'HEAD' ? Readable.from([]) : await startedStream(await this.exports.open(member, query));
    const date = new Date(this.clock.now()).toISOString().slice(0, 10);
    reply.type(exportFormats[query.format].contentType);
    reply.header('Content-Disposition', `attachment; filename="calkeep-audit-log-${date}.${query.format}"`);
    reply.raw.setTimeout(stallMsMax, () => reply.raw.destroy());
    return stream;
  }
}
