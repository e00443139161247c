import { Module } from '@nestjs/common';
import { ApiTokensModule } from '../api-tokens/api-tokens.module.js';
import { AuditLogModule } from '../audit-log/audit-log.module.js';
import { WorkspaceSettingsController } from './workspace-settings.controller.js';
import { WorkspaceSettingsRepository } from './workspace-settings.repository.js';
import { WorkspaceSettingsService } from './workspace-settings.service.js';

@Module({
  imports: [ApiTokensModule, AuditLogModule],
  controllers: [WorkspaceSettingsController],
  providers: [WorkspaceSettingsService, WorkspaceSettingsRepository],
})
export class WorkspaceSettingsModule {}
