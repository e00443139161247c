import {
  auditLogQuery,
  noQuery,
  pageQuery,
  type AuditLogQuery,
  type AuditVerificationData,
  type NoQuery,
  type PageQuery,
} from '@calkeep/contract';
import { Controller, Get, Query } from '@nestjs/common';
import { WorkspaceRoles } from '../http/access.js';
import { CurrentMember, type WorkspaceCaller } from '../http/current-session.js';
import type { JsonText } from '../http/envelope.js';
import { AuditCheckpoints } from './audit-checkpoints.js';
import { AuditLogService } from './audit-log.service.js';
import { AuditVerification } from './audit-verification.js';

@Controller('app/workspaces/:ws/audit-log')
export class AuditLogController {
  constructor(
    private readonly log: AuditLogService,
    private readonly verification: AuditVerification,
    private readonly auditCheckpoints: AuditCheckpoints,
  ) {}

  @Get()
  @WorkspaceRoles('owner', 'admin', 'auditor')
  list(
    @CurrentMember() member: WorkspaceCaller,
    @Query({ schema: auditLogQuery }) query: AuditLogQuery,
  ): Promise<JsonText> {
    return this.log.list(member, query);
  }

  @Get('verify')
  @WorkspaceRoles('owner', 'admin', 'auditor')
  verify(
    @CurrentMember() member: WorkspaceCaller,
    @Query({ schema: noQuery }) _query: NoQuery,
  ): Promise<AuditVerificationData> {
    return this.verification.verify(member);
  }

  @Get('checkpoints')
  @WorkspaceRoles('owner', 'admin', 'auditor')
  checkpoints(
    @CurrentMember() member: WorkspaceCaller,
    @Query({ schema: pageQuery }) page: PageQuery,
  ): Promise<JsonText> {
    return this.auditCheckpoints.list(member, page);
  }
}
