import type { Config } from '@calkeep/platform';
import { Module } from '@nestjs/common';
import type { UsageSampling } from '../admission/admissions.js';
import { CONFIG } from '../platform/tokens.js';
import { RequestCounters } from './request-counters.js';
import { UsageRecorder } from './usage-recorder.js';

export const USAGE_SAMPLING = Symbol('UsageSampling');

@Module({
  providers: [
    UsageRecorder,
    RequestCounters,
    {
      provide: USAGE_SAMPLING,
      inject: [CONFIG, UsageRecorder],
      useFactory: (config: Config, recorder: UsageRecorder): UsageSampling => ({
        windowMs: config.USAGE_WINDOW_SECONDS * 1000,
        rate: config.USAGE_SAMPLE_RATE,
        record: (address, caller, uses) => recorder.record(address, caller, uses),
      }),
    },
  ],
  exports: [USAGE_SAMPLING],
})
export class UsageModule {}
