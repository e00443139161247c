import type { Plan } from '@calkeep/contract';
import { Database } from '@calkeep/database';
import { Injectable } from '@nestjs/common';

@Injectable()
export class PlansRepository {
  constructor(private readonly database: Database) {}

  /** What each plan offers, the smallest first. Plans are no workspace's. */
  findMany(): Promise<Plan[]> {
    return this.database.global<Plan>(
      `
      select code, name, has_api_tokens as "hasApiTokens", active_tokens_max as "activeTokensMax",
             token_requests_per_minute as "tokenRequestsPerMinute",
             workspace_requests_per_minute as "workspaceRequestsPerMinute", contacts_max as "contactsMax",
             custom_fields_max as "customFieldsMax", audit_retention_days as "auditRetentionDays"
      from plans order by rank`,
      [],
    );
  }
}
