import { tokenUsageQuery, type TokenUsageQuery, type TokenUsageReport } from '@calkeep/contract';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { WorkspaceRoles } from '../http/access.js';
import { CurrentMember, type WorkspaceCaller } from '../http/current-session.js';
import { TokenUsageService } from './token-usage.service.js';

@Controller('app/workspaces/:ws/api-tokens/:id/usage')
export class TokenUsageController {
  constructor(private readonly usage: TokenUsageService) {}

  @Get()
  @WorkspaceRoles('owner', 'admin')
  async get(
    @CurrentMember() member: WorkspaceCaller,
    @Param('id') id: string,
    @Query({ schema: tokenUsageQuery }) query: TokenUsageQuery,
  ): Promise<{ usage: TokenUsageReport }> {
    return { usage: await this.usage.get(member, id, query) };
  }
}
