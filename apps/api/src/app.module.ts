import { Module, type DynamicModule } from '@nestjs/common';
import { ApiTokensModule } from './api-tokens/api-tokens.module.js';
import { AttemptsModule } from './attempts/attempts.module.js';
import { AuditLogModule } from './audit-log/audit-log.module.js';
import { AuthModule } from './auth/auth.module.js';
import { BookingsModule } from './bookings/bookings.module.js';
import { CalendarHealthModule } from './calendar-health/calendar-health.module.js';
import { ConsoleModule } from './console/console.module.js';
import { ContactsModule } from './contacts/contacts.module.js';
import { DocsModule } from './docs/docs.module.js';
import { ExplainModule } from './explain/explain.module.js';
import { HealthModule } from './health/health.module.js';
import { IdempotencyModule } from './idempotency/idempotency.module.js';
import { InvitationsModule } from './invitations/invitations.module.js';
import { LeaksModule } from './leaks/leaks.module.js';
import { MailModule } from './mail/mail.module.js';
import { MeModule } from './me/me.module.js';
import { MembersModule } from './members/members.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { MfaModule } from './mfa/mfa.module.js';
import { OpenApiModule } from './openapi/openapi.module.js';
import { OutboxModule } from './outbox/outbox.module.js';
import { PlansModule } from './plans/plans.module.js';
import { PlatformModule, type Resources } from './platform/platform.module.js';
import { RemindersModule } from './reminders/reminders.module.js';
import { SandboxModule } from './sandbox/sandbox.module.js';
import { SessionsModule } from './sessions/sessions.module.js';
import { TasksModule } from './tasks/tasks.module.js';
import { TokenUsageModule } from './token-usage/token-usage.module.js';
import { PeriodicWorkModule } from './upkeep/periodic-work.module.js';
import { UpkeepModule } from './upkeep/upkeep.module.js';
import { WorkspaceDataModule } from './workspace-data/workspace-data.module.js';
import { WorkspaceSettingsModule } from './workspace-settings/workspace-settings.module.js';
import { WorkspacesModule } from './workspaces/workspaces.module.js';

const features = [
  AttemptsModule,
  UpkeepModule,
  OutboxModule,
  MailModule,
  PeriodicWorkModule,
  SessionsModule,
  AuthModule,
  MfaModule,
  ApiTokensModule,
  TokenUsageModule,
  LeaksModule,
  AuditLogModule,
  MeModule,
  WorkspacesModule,
  WorkspaceSettingsModule,
  PlansModule,
  WorkspaceDataModule,
  SandboxModule,
  MembersModule,
  InvitationsModule,
  IdempotencyModule,
  ContactsModule,
  BookingsModule,
  TasksModule,
  RemindersModule,
  CalendarHealthModule,
  ExplainModule,
  OpenApiModule,
  DocsModule,
  ConsoleModule,
  HealthModule,
  MetricsModule,
];

@Module({})
export class AppModule {
  static with(resources: Resources): DynamicModule {
    return { module: AppModule, imports: [PlatformModule.with(resources), ...features] };
  }
}
