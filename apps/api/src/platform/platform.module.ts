import { Database } from '@calkeep/database';
import type { Clock, Config, GuardedRedis } from '@calkeep/platform';
import { JobQueue } from '@calkeep/queue';
import { PepperKeyring } from '@calkeep/security';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { CLOCK, CONFIG, REDIS } from './tokens.js';

export interface Resources {
  config: Config;
  clock: Clock;
  database: Database;
  /** `null`: one process without Redis. */
  redis: GuardedRedis | null;
  queue: JobQueue;
  peppers: PepperKeyring;
}

/** What every feature may ask for. Opened and closed by whoever starts the application. */
@Global()
@Module({})
export class PlatformModule {
  static with({ config, clock, database, redis, queue, peppers }: Resources): DynamicModule {
    const providers = [
      { provide: CONFIG, useValue: config },
      { provide: CLOCK, useValue: clock },
      { provide: Database, useValue: database },
      { provide: REDIS, useValue: redis },
      { provide: JobQueue, useValue: queue },
      { provide: PepperKeyring, useValue: peppers },
    ];
    return { module: PlatformModule, providers, exports: providers };
  }
}
