import { Module, type DynamicModule } from '@nestjs/common';
import { ApiTokensModule } from './api-tokens/api-tokens.module.js';
import { BookingsModule } from './bookings/bookings.module.js';
import { ContactsModule } from './contacts/contacts.module.js';
import { HealthModule } from './health/health.module.js';
import { MeModule } from './me/me.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { PlatformModule, type Resources } from './platform/platform.module.js';
import { WorkspacesModule } from './workspaces/workspaces.module.js';

const features = [
  ApiTokensModule,
  MeModule,
  WorkspacesModule,
  ContactsModule,
  BookingsModule,
  HealthModule,
  MetricsModule,
];

@Module({})
export class AppModule {
  static with(resources: Resources): DynamicModule {
    return { module: AppModule, imports: [PlatformModule.with(resources), ...features] };
  }
}
