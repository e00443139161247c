import { Database } from '@calkeep/database';
import type { Clock, Config, GuardedRedis } from '@calkeep/platform';
import { JobQueue } from '@calkeep/queue';
import { CheckpointSigner, PasswordHasher, PepperKeyring, SealingKeyring } from '@calkeep/security';
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
  sealing: SealingKeyring;
  checkpointSigner: CheckpointSigner;
  passwords: PasswordHasher;
}

/** What every feature may ask for. Opened and closed by whoever starts the application. */
@Global()
@Module({})
export class PlatformModule {
  static with(resources: Resources): DynamicModule {
    const { config, clock, database, redis, queue, peppers, sealing, checkpointSigner, passwords } = resources;
    const providers = [
      { provide: CONFIG, useValue: config },
      { provide: CLOCK, useValue: clock },
      { provide: Database, useValue: database },
      { provide: REDIS, useValue: redis },
      { provide: JobQueue, useValue: queue },
      { provide: PepperKeyring, useValue: peppers },
      { provide: SealingKeyring, useValue: sealing },
      { provide: CheckpointSigner, useValue: checkpointSigner },
      { provide: PasswordHasher, useValue: passwords },
    ];
    return { module: PlatformModule, providers, exports: providers };
  }
}
