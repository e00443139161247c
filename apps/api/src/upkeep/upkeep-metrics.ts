import { Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { RequestMetrics } from '../metrics/request-metrics.js';
import { within } from '../platform/within.js';
import { Upkeep } from './upkeep.js';

const askMsMax = 1_000;

/** Says, in the metrics of the server, whether workers keep up; the workers themselves may be elsewhere. */
@Injectable()
export class UpkeepMetrics {
  constructor(metrics: RequestMetrics, upkeep: Upkeep) {
    new Gauge({
      name: 'calkeep_work_overdue_seconds',
      help: 'How long the work of each kind that is due for the longest has been due.',
      labelNames: ['kind'],
      registers: [metrics.registry],
      async collect() {
        this.reset();
        // A database that is away is told of by others, and must not take the metrics with it.
        const overdue = await within(askMsMax, upkeep.overdue()).catch(() => []);
        for (const { kind, seconds } of overdue) this.set({ kind }, seconds);
      },
    });
  }
}
