import {
  apiTokensQuery,
  issueTokenBody,
  noQuery,
  orphansQuery,
  revokeTokenBody,
  rotateTokenBody,
  updateTokenBody,
  type ApiTokensQuery,
  type IssueTokenBody,
  type NoQuery,
  type OrphansQuery,
  type RevokeTokenBody,
  type RotateTokenBody,
  type UpdateTokenBody,
} from '@calkeep/contract';
import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { NeedsApiTokens, RecentMfa, WorkspaceRoles } from '../http/access.js';
import { CurrentMember, type WorkspaceCaller } from '../http/current-session.js';
import type { JsonText } from '../http/envelope.js';
import { ApiTokensService } from './api-tokens.service.js';
import { TokenIssuing } from './token-issuing.js';
import { TokenRevocation } from './token-revocation.js';
import { TokenRotation } from './token-rotation.js';
import { TokenUpdates } from './token-updates.js';

@Controller('app/workspaces/:ws/api-tokens')
export class ApiTokensController {
  constructor(
    private readonly tokens: ApiTokensService,
    private readonly issuing: TokenIssuing,
    private readonly rotation: TokenRotation,
    private readonly updates: TokenUpdates,
    private readonly revocation: TokenRevocation,
  ) {}

  @Get()
  @WorkspaceRoles('owner', 'admin')
  list(
    @CurrentMember() member: WorkspaceCaller,
    @Query({ schema: apiTokensQuery }) query: ApiTokensQuery,
  ): Promise<JsonText> {
    return this.tokens.list(member, query);
  }

  @Get('orphans')
  @WorkspaceRoles('owner', 'admin')
  listOrphans(
    @CurrentMember() member: WorkspaceCaller,
    @Query({ schema: orphansQuery }) query: OrphansQuery,
  ): Promise<JsonText> {
    return this.tokens.listOrphans(member, query);
  }

  @Get(':id')
  @WorkspaceRoles('owner', 'admin')
  get(
    @CurrentMember() member: WorkspaceCaller,
    @Param('id') id: string,
    @Query({ schema: noQuery }) _query: NoQuery,
  ): Promise<JsonText> {
    return this.tokens.get(member, id);
  }

  @Post()
  @WorkspaceRoles('owner', 'admin')
  @RecentMfa()
  @NeedsApiTokens()
  issue(
    @CurrentMember() member: WorkspaceCaller,
    @Body({ schema: issueTokenBody }) body: IssueTokenBody,
  ): Promise<JsonText> {
    return this.issuing.issue(member, body);
  }

  @Post(':id/rotate')
  @WorkspaceRoles('owner', 'admin')
  @RecentMfa()
  @NeedsApiTokens()
  rotate(
    @CurrentMember() member: WorkspaceCaller,
    @Param('id') id: string,
    @Body({ schema: rotateTokenBody }) body: RotateTokenBody,
  ): Promise<JsonText> {
    return this.rotation.rotate(member, id, body);
  }

  /** Needs no recent second factor: to stop a leak must be quick. */
  @Post(':id/revoke')
  @WorkspaceRoles('owner', 'admin')
  @HttpCode(200)
  revoke(
    @CurrentMember() member: WorkspaceCaller,
    @Param('id') id: string,
    @Body({ schema: revokeTokenBody }) body: RevokeTokenBody,
  ): Promise<JsonText> {
    return this.revocation.revoke(member, id, body);
  }

  @Patch(':id')
  @WorkspaceRoles('owner', 'admin')
  update(
    @CurrentMember() member: WorkspaceCaller,
    @Param('id') id: string,
    @Body({ schema: updateTokenBody }) body: UpdateTokenBody,
  ): Promise<JsonText> {
    return this.updates.update(member, id, body);
  }
}
