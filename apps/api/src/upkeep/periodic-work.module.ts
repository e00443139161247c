import { Module } from '@nestjs/common';
import { AuditLogModule } from '../audit-log/audit-log.module.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { CheckpointWork } from './checkpoint-work.js';
import { ExpiryNotices } from './expiry-notices.js';
import { ExpiryNoticesRepository } from './expiry-notices.repository.js';
import { Retention } from './retention.js';
import { UpkeepMetrics } from './upkeep-metrics.js';
import { Upkeep } from './upkeep.js';

/** What the server itself has looked after. Other features register theirs in their own modules. */
@Module({
  imports: [AuditLogModule, MetricsModule],
  providers: [CheckpointWork, ExpiryNotices, ExpiryNoticesRepository, Retention, UpkeepMetrics],
})
export class PeriodicWorkModule {
  constructor(upkeep: Upkeep, checkpoints: CheckpointWork, expiryNotices: ExpiryNotices, retention: Retention) {
    upkeep.register('checkpoint', checkpoints);
    upkeep.register('expiry', expiryNotices);
    upkeep.register('retention', retention);
  }
}
