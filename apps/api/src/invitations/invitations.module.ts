import { Module } from '@nestjs/common';
import { AuditLogModule } from '../audit-log/audit-log.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { MembersModule } from '../members/members.module.js';
import { AcceptanceController } from './acceptance.controller.js';
import { AcceptanceService } from './acceptance.service.js';
import { InvitationsController } from './invitations.controller.js';
import { InvitationsRepository } from './invitations.repository.js';
import { InvitationsService } from './invitations.service.js';
import { InvitedSignUpService } from './invited-sign-up.service.js';
import { WelcomeMail } from './welcome-mail.js';

@Module({
  imports: [AuditLogModule, AuthModule, MembersModule],
  controllers: [InvitationsController, AcceptanceController],
  providers: [InvitationsService, AcceptanceService, InvitedSignUpService, InvitationsRepository, WelcomeMail],
})
export class InvitationsModule {}
