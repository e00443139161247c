import { newMemberBody, noQuery, pageQuery, type Invitation } from '@calkeep/contract';
import type { NewMemberBody, NoQuery, PageQuery } from '@calkeep/contract';
import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { RecentMfa, WorkspaceRoles } from '../http/access.js';
import { CurrentMember, type WorkspaceCaller } from '../http/current-session.js';
import type { JsonText } from '../http/envelope.js';
import { InvitationsService, type NewInvitation } from './invitations.service.js';

/** The administrators' side. */
@Controller('app/workspaces/:ws')
export class InvitationsController {
  constructor(private readonly invitations: InvitationsService) {}

  @Post('members')
  @WorkspaceRoles('owner', 'admin')
  @RecentMfa()
  add(
    @CurrentMember() by: WorkspaceCaller,
    @Body({ schema: newMemberBody }) member: NewMemberBody,
  ): Promise<JsonText | NewInvitation> {
    return this.invitations.add(by, member);
  }

  @Get('invitations')
  @WorkspaceRoles('owner', 'admin')
  list(@CurrentMember() by: WorkspaceCaller, @Query({ schema: pageQuery }) query: PageQuery): Promise<JsonText> {
    return this.invitations.list(by, query);
  }

  @Delete('invitations/:id')
  @WorkspaceRoles('owner', 'admin')
  revoke(
    @CurrentMember() by: WorkspaceCaller,
    @Param('id') id: string,
    @Query({ schema: noQuery }) _query: NoQuery,
  ): Promise<{ invitation: Invitation }> {
    return this.invitations.revoke(by, id);
  }
}
