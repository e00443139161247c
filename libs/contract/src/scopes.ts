/** What an API token may be allowed to do. `…:write` does not imply `…:read`. */
export const scopes = [
  'workspace:read',
  'contacts:read',
  'contacts:write',
  'bookings:read',
  'tasks:read',
  'tasks:write',
  'reminders:read',
  'reminders:write',
  'calendar_health:read',
  'webhooks:read',
  'webhooks:write',
  'event_types:read',
  'scheduling_links:write',
  'audit:read',
] as const;

export type Scope = (typeof scopes)[number];

const known: ReadonlySet<string> = new Set(scopes);

export function isScope(text: string): text is Scope {
  return known.has(text);
}
