import { Module } from '@nestjs/common';
import { TokenUsageController } from './token-usage.controller.js';
import { TokenUsageRepository } from './token-usage.repository.js';
import { TokenUsageService } from './token-usage.service.js';

@Module({
  controllers: [TokenUsageController],
  providers: [TokenUsageService, TokenUsageRepository],
})
export class TokenUsageModule {}
