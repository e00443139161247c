import { Module } from '@nestjs/common';
import { AuditLogModule } from '../audit-log/audit-log.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { AccountController } from './account.controller.js';
import { AfterAnswer } from './after-answer.js';
import { AuthController } from './auth.controller.js';
import { FirstWorkspace } from './first-workspace.js';
import { LateAudit } from './late-audit.js';
import { NewAccounts } from './new-accounts.js';
import { NewWorkspacesRepository } from './new-workspaces.repository.js';
import { OwnSessionsService } from './own-sessions.service.js';
import { OwnWorkspacesRepository } from './own-workspaces.repository.js';
import { PasswordChangeService } from './password-change.service.js';
import { PasswordsService } from './passwords.service.js';
import { ProfileService } from './profile.service.js';
import { SignInService } from './sign-in.service.js';
import { SignUpNotice } from './sign-up-notice.js';
import { SignUpService } from './sign-up.service.js';
import { UsersRepository } from './users.repository.js';

@Module({
  imports: [AuditLogModule, SessionsModule],
  controllers: [AuthController, AccountController],
  providers: [
    SignUpService,
    SignInService,
    PasswordChangeService,
    OwnSessionsService,
    ProfileService,
    PasswordsService,
    NewAccounts,
    FirstWorkspace,
    SignUpNotice,
    LateAudit,
    AfterAnswer,
    UsersRepository,
    NewWorkspacesRepository,
    OwnWorkspacesRepository,
  ],
  exports: [SignUpService],
})
export class AuthModule {}
