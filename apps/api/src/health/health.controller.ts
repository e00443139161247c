import { Controller, Get, Res } from '@nestjs/common';
import { z } from 'zod';
import type { FastifyReply } from 'fastify';
import { Public } from '../http/access.js';
import { HealthService, type Readiness } from './health.service.js';
import { Describes } from '../openapi/describes.js';

@Controller('health')
export class HealthController {
  constructor(private readonly health: HealthService) {}

  /** The process runs and its event loop turns. */
  @Get('live')
  @Public({ isEnveloped: false })
  @Describes({
    id: 'getLiveness',
    summary: 'Whether the process runs',
    answer: z.object({ status: z.literal('live') }),
  })
  live(): { status: 'live' } {
    return { status: 'live' };
  }

  /** Requests can be answered: 200, or 503 when the database is away or the process is stopping. */
  @Get('ready')
  @Public({ isEnveloped: false })
  @Describes({
    id: 'getReadiness',
    summary: 'Whether requests can be answered, and what is away; 503 when they cannot',
    answer: z.looseObject({ status: z.string() }),
  })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Readiness> {
    const readiness = await this.health.readiness();
    if (readiness.status !== 'ready') reply.code(503).header('Retry-After', '1');
    return readiness;
  }
}
