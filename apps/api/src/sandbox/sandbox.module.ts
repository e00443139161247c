import { Module } from '@nestjs/common';
import { AuditLogModule } from '../audit-log/audit-log.module.js';
import { SandboxController } from './sandbox.controller.js';
import { SandboxRepository } from './sandbox.repository.js';
import { SandboxService } from './sandbox.service.js';

@Module({
  imports: [AuditLogModule],
  controllers: [SandboxController],
  providers: [SandboxService, SandboxRepository],
  exports: [SandboxService],
})
export class SandboxModule {}
