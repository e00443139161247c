import { Inject, Injectable } from '@nestjs/common';
import type { GuardedRedis } from '@calkeep/platform';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { Admissions } from '../admission/admissions.js';
import { REDIS } from '../platform/tokens.js';

/** Prometheus metrics of this process. Labels are route patterns, so their number is bounded. */
@Injectable()
export class RequestMetrics {
  readonly registry = new Registry();
  readonly #duration = new Histogram({
    name: 'calkeep_http_request_duration_seconds',
    help: 'Time from the request being read to the answer being written.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [this.registry],
  });

  constructor(admissions: Admissions, @Inject(REDIS) redis: GuardedRedis | null) {
    collectDefaultMetrics({ register: this.registry });
    new Gauge({
      name: 'calkeep_redis_up',
      help: '1 while Redis answers, 0 while limits are local to each process.',
      registers: [this.registry],
      collect() {
        this.set(redis !== null && !redis.isAway ? 1 : 0);
      },
    });
    new Counter({
      name: 'calkeep_admissions_total',
      help: 'Requests with a known token, by where their limits were decided.',
      labelNames: ['limiter'],
      registers: [this.registry],
      collect() {
        this.reset();
        this.inc({ limiter: 'shared' }, admissions.decided.redis);
        this.inc({ limiter: 'local' }, admissions.decided.local);
      },
    });
  }

  observe(labels: { method: string; route: string; status: number }, seconds: number): void {
    this.#duration.observe(labels, seconds);
  }
}
