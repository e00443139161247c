import { Module } from '@nestjs/common';
import { KnownPaths } from '../http/known-paths.js';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { ExplainController } from './explain.controller.js';
import { ExplainService } from './explain.service.js';

@Module({
  imports: [IdempotencyModule],
  controllers: [ExplainController],
  providers: [ExplainService, KnownPaths],
})
export class ExplainModule {}
