import type { LoggerService } from '@nestjs/common';
import type { FastifyBaseLogger } from 'fastify';

/** Nest's own messages, and those of services, as lines of the same JSON log. What Nest says of its start is left out. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: FastifyBaseLogger) {}

  log(): void {}

  warn(message: unknown, context?: unknown): void {
    this.logger.warn({ context }, String(message));
  }

  error(message: unknown, ...[stack, context]: unknown[]): void {
    this.logger.error({ stack, context }, String(message));
  }
}
