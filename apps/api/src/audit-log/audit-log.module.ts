import { Module } from '@nestjs/common';
import { ResourcesModule } from '../resources/resources.module.js';
import { AuditChainRepository } from './audit-chain.repository.js';
import { AuditCheckpointKeysController } from './audit-checkpoint-keys.controller.js';
import { AuditCheckpoints } from './audit-checkpoints.js';
import { AuditCheckpointsRepository } from './audit-checkpoints.repository.js';
import { AuditEventsRepository } from './audit-events.repository.js';
import { AuditExportController } from './audit-export.controller.js';
import { AuditExportService } from './audit-export.service.js';
import { AuditLogController } from './audit-log.controller.js';
import { AuditLogService } from './audit-log.service.js';
import { AuditTrail } from './audit-trail.js';
import { AuditVerification } from './audit-verification.js';

@Module({
  imports: [ResourcesModule],
  controllers: [AuditLogController, AuditExportController, AuditCheckpointKeysController],
  providers: [
    AuditTrail,
    AuditLogService,
    AuditEventsRepository,
    AuditVerification,
    AuditChainRepository,
    AuditCheckpoints,
    AuditCheckpointsRepository,
    AuditExportService,
  ],
  exports: [AuditTrail, AuditCheckpoints],
})
export class AuditLogModule {}
