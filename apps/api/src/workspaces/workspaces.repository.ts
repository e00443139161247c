import { id, instant, json, jsonObject, type Statement, type WorkspaceDatabase } from '@calkeep/database';
import { Injectable } from '@nestjs/common';

const counted = {
  contacts: 'contacts',
  bookings: 'bookings',
  tasks: 'tasks',
  reminders: 'reminders',
  calendarAccounts: 'calendar_accounts',
};

const total = (resource: string) => ({
  sql: `(select coalesce(sum(total), 0)::text from resource_counters where workspace_id = $1 and resource = '${resource}')`,
});

const statement: Statement = {
  name: 'workspace',
  text: `
    select ${jsonObject({
      id: id('workspace', 'w.id'),
      name: json('w.name'),
      slug: json('w.slug'),
      plan: json('w.plan_code'),
      timezone: json('w.timezone'),
      createdAt: instant('w.created_at'),
      counts: {
        sql: jsonObject(Object.fromEntries(Object.entries(counted).map(([name, resource]) => [name, total(resource)]))),
      },
    })}
    from workspaces w where w.id = $1`,
};

@Injectable()
export class WorkspacesRepository {
  /** JSON text of the workspace that the handle is bound to. */
  find(db: WorkspaceDatabase): Promise<string | null> {
    return db.readJson(statement);
  }
}
