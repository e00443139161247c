import {
  memberRoleBody,
  membersQuery,
  noQuery,
  type MemberRoleBody,
  type MembersQuery,
  type NoQuery,
} from '@calkeep/contract';
import { Body, Controller, Delete, Get, Param, Patch, Query } from '@nestjs/common';
import { RecentMfa, WorkspaceRoles } from '../http/access.js';
import { CurrentMember, type WorkspaceCaller } from '../http/current-session.js';
import type { JsonText } from '../http/envelope.js';
import { MembersService } from './members.service.js';

@Controller('app/workspaces/:ws/members')
export class MembersController {
  constructor(private readonly members: MembersService) {}

  @Get()
  @WorkspaceRoles('owner', 'admin')
  list(@CurrentMember() by: WorkspaceCaller, @Query({ schema: membersQuery }) query: MembersQuery): Promise<JsonText> {
    return this.members.list(by, query);
  }

  @Patch(':userId')
  @WorkspaceRoles('owner', 'admin')
  @RecentMfa()
  changeRole(
    @CurrentMember() by: WorkspaceCaller,
    @Param('userId') userId: string,
    @Body({ schema: memberRoleBody }) { role }: MemberRoleBody,
  ): Promise<JsonText> {
    return this.members.changeRole(by, userId, role);
  }

  /** Who is no administrator may remove themself and nobody else. */
  @Delete(':userId')
  @WorkspaceRoles('owner', 'admin', 'member', 'auditor')
  @RecentMfa()
  remove(
    @CurrentMember() by: WorkspaceCaller,
    @Param('userId') userId: string,
    @Query({ schema: noQuery }) _query: NoQuery,
  ): Promise<JsonText> {
    return this.members.remove(by, userId);
  }
}
