import { noQuery, type NoQuery, workspaceData } from '@calkeep/contract';
import { Controller, Get, Query } from '@nestjs/common';
import { RequireScopes } from '../http/access.js';
import { CurrentPrincipal } from '../http/current-principal.js';
import type { JsonText } from '../http/envelope.js';
import type { Principal } from '../http/principal.js';
import { WorkspacesService } from './workspaces.service.js';
import { Describes } from '../openapi/describes.js';

@Controller('api/v1/workspace')
export class WorkspacesController {
  constructor(private readonly workspaces: WorkspacesService) {}

  @Get()
  @RequireScopes('workspace:read')
  @Describes({
    id: 'getWorkspace',
    summary: 'The workspace, with exact counts of what it holds',
    answer: workspaceData,
  })
  get(@CurrentPrincipal() principal: Principal, @Query({ schema: noQuery }) _query: NoQuery): Promise<JsonText> {
    return this.workspaces.get(principal);
  }
}
