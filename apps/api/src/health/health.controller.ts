import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Public } from '../http/access.js';
import { HealthService, type Readiness } from './health.service.js';

@Controller('health')
export class HealthController {
  constructor(private readonly health: HealthService) {}

  /** The process runs and its event loop turns. */
  @Get('live')
  @Public({ isEnveloped: false })
  live(): { status: 'live' } {
    return { status: 'live' };
  }

  /** Requests can be answered: 200, or 503 when the database is away or the process is stopping. */
  @Get('ready')
  @Public({ isEnveloped: false })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Readiness> {
    const readiness = await this.health.readiness();
    if (readiness.status !== 'ready') reply.code(503).header('Retry-After', '1');
    return readiness;
  }
}
