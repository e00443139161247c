import { emptyBody, type EmptyBody, type SandboxResetData } from '@calkeep/contract';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { WorkspaceRoles } from '../http/access.js';
import { CurrentMember, type WorkspaceCaller } from '../http/current-session.js';
import { SandboxService } from './sandbox.service.js';

@Controller('app/workspaces/:ws/sandbox')
export class SandboxController {
  constructor(private readonly sandbox: SandboxService) {}

  @Post('reset')
  @WorkspaceRoles('owner', 'admin')
  @HttpCode(200)
  reset(
    @CurrentMember() by: WorkspaceCaller,
    @Body({ schema: emptyBody }) _body: EmptyBody,
  ): Promise<SandboxResetData> {
    return this.sandbox.reset(by);
  }
}
