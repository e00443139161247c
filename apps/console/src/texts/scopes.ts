import type { Scope } from '@calkeep/contract';

interface ScopeTexts {
  readonly access: 'Read' | 'Write';
  readonly sentence: string;
}

export const scopeTexts = {
  'workspace:read': { access: 'Read', sentence: 'Name, plan and time zone of the workspace, and how much it holds.' },
  'contacts:read': { access: 'Read', sentence: 'List, search and read contacts.' },
  'contacts:write': { access: 'Write', sentence: 'Create contacts and change them.' },
  'bookings:read': { access: 'Read', sentence: 'List and read bookings with their attendees.' },
  'tasks:read': { access: 'Read', sentence: 'List and read tasks.' },
  'tasks:write': { access: 'Write', sentence: 'Create tasks, change them and mark them as done.' },
  'reminders:read': { access: 'Read', sentence: 'List reminders.' },
  'reminders:write': { access: 'Write', sentence: 'Create reminders.' },
  'calendar_health:read': { access: 'Read', sentence: 'See whether connected calendars synchronise.' },
  'webhooks:read': { access: 'Read', sentence: 'For webhooks, which are on their way: see them.' },
  'webhooks:write': { access: 'Write', sentence: 'For webhooks, which are on their way: set them up.' },
  'event_types:read': { access: 'Read', sentence: 'For event types, which are on their way: read them.' },
  'scheduling_links:write': { access: 'Write', sentence: 'For scheduling links, which are on their way: create them.' },
  'audit:read': { access: 'Read', sentence: 'For the audit log over the API, which is on its way: read it.' },
} as const satisfies Record<Scope, ScopeTexts>;

/** By what comes before the colon. */
export const scopeGroupTexts: Readonly<Record<string, string>> = {
  workspace: 'Workspace',
  contacts: 'Contacts',
  bookings: 'Bookings',
  tasks: 'Tasks',
  reminders: 'Reminders',
  calendar_health: 'Calendar health',
  webhooks: 'Webhooks',
  event_types: 'Event types',
  scheduling_links: 'Scheduling links',
  audit: 'Audit log',
};
