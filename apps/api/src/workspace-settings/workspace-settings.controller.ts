import { noQuery, workspaceSettingsBody, type NoQuery, type WorkspaceSettingsBody } from '@calkeep/contract';
import { Body, Controller, Get, Patch, Query } from '@nestjs/common';
import { RecentMfa, WorkspaceRoles } from '../http/access.js';
import { CurrentMember, type WorkspaceCaller } from '../http/current-session.js';
import type { JsonText } from '../http/envelope.js';
import { WorkspaceSettingsService } from './workspace-settings.service.js';

@Controller('app/workspaces/:ws')
export class WorkspaceSettingsController {
  constructor(private readonly settings: WorkspaceSettingsService) {}

  @Get()
  @WorkspaceRoles('owner', 'admin', 'member')
  get(@CurrentMember() by: WorkspaceCaller, @Query({ schema: noQuery }) _query: NoQuery): Promise<JsonText> {
    return this.settings.get(by);
  }

  @Patch()
  @WorkspaceRoles('owner', 'admin')
  @RecentMfa()
  update(
    @CurrentMember() by: WorkspaceCaller,
    @Body({ schema: workspaceSettingsBody }) patch: WorkspaceSettingsBody,
  ): Promise<JsonText> {
    return this.settings.update(by, patch);
  }
}
