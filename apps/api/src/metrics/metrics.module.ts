import { Module } from '@nestjs/common';
import { ApiTokensModule } from '../api-tokens/api-tokens.module.js';
import { MetricsController } from './metrics.controller.js';
import { RequestMetrics } from './request-metrics.js';

@Module({
  imports: [ApiTokensModule],
  controllers: [MetricsController],
  providers: [RequestMetrics],
  exports: [RequestMetrics],
})
export class MetricsModule {}
