import { timingSafeEqual } from 'node:crypto';
import { AppError, type Config } from '@calkeep/platform';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { z } from 'zod';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../http/access.js';
import { isInRanges } from '../http/caller-address.js';
import { CONFIG } from '../platform/tokens.js';
import { RequestMetrics } from './request-metrics.js';
import { Describes } from '../openapi/describes.js';

const loopback = ['127.0.0.0/8', '::1/128'];

/** For a caller with METRICS_TOKEN; without that setting, for the machine itself. Others see nothing here. */
@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly metrics: RequestMetrics,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get()
  @Public({ isEnveloped: false })
  @Describes({ id: 'getMetrics', summary: 'Metrics for Prometheus', answer: z.string(), mediaType: 'text/plain' })
  async get(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    if (!this.#isAllowed(request)) throw new AppError('not_found');
    reply.type(this.metrics.registry.contentType);
    return this.metrics.registry.metrics();
  }

  #isAllowed(request: FastifyRequest): boolean {
    const { METRICS_TOKEN } = this.config;
    if (METRICS_TOKEN === undefined) return isInRanges(request.context.address, loopback);
    return isEqual(request.headers.authorization ?? '', `Bearer ${METRICS_TOKEN}`);
  }
}

function isEqual(sent: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(sent), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
