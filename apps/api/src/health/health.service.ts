import { Database } from '@calkeep/database';
import type { GuardedRedis } from '@calkeep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { REDIS } from '../platform/tokens.js';

export interface Readiness {
  readonly status: 'ready' | 'not_ready';
  readonly database: 'ok' | 'away';
  /** `none`: configured without Redis. Without it the API goes on with limits of this process. */
  readonly redis: 'ok' | 'away' | 'none';
  readonly limiter: 'shared' | 'local';
}

@Injectable()
export class HealthService {
  #isStopping = false;

  constructor(
    private readonly database: Database,
    @Inject(REDIS) private readonly redis: GuardedRedis | null,
  ) {}

  /** From here on the process asks to be sent nothing new. */
  stop(): void {
    this.#isStopping = true;
  }

  async readiness(): Promise<Readiness> {
    const isReachable = await this.database.isReachable();
    const redis = this.redis === null ? 'none' : this.redis.isAway ? 'away' : 'ok';
    return {
      status: isReachable && !this.#isStopping ? 'ready' : 'not_ready',
      database: isReachable ? 'ok' : 'away',
      redis,
      limiter: redis === 'ok' ? 'shared' : 'local',
    };
  }
}
