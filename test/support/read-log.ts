import { auditEventsData } from '@calkeep/contract';
import { someAuditEvents, type AuditEventOptions } from './audit-events.js';
import { aWorkspace, type TestWorkspace } from './builders.js';
import { aMember, type Console, type TestUser } from './console.js';
import type { UsedApi } from './use-api.js';

export interface ReadLog {
  workspace: TestWorkspace;
  auditor: TestUser;
  /** The auditor at the console, who proved a second factor just now. */
  reader: Console;
}

/** A workspace with these events in its log, and an auditor of it. */
export async function aReadLog(
  api: UsedApi,
  events: readonly AuditEventOptions[] = [],
  options: Parameters<typeof aWorkspace>[0] = {},
): Promise<ReadLog> {
  const workspace = await aWorkspace(options);
  const auditor = await aMember({ role: 'auditor', workspace, name: 'Grace Auditor' });
  if (events.length > 0) await someAuditEvents(workspace, events);
  return { workspace, auditor, reader: await api.console().enter(auditor) };
}

/** Of a log, or of what lies below it. */
export function auditPathOf({ id }: { id: string }, below = ''): string {
  return `/app/workspaces/${id}/audit-log${below}`;
}

/** A page of the list, checked against the contract. */
export async function readLog(reader: Console, workspace: TestWorkspace, query: Record<string, string | number> = {}) {
  const texts = Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]);
  const answer = await reader.get(auditPathOf(workspace, `?${new URLSearchParams(texts).toString()}`));
  const { auditEvents, pagination } = auditEventsData.parse(answer.data);
  return { events: auditEvents, seqs: auditEvents.map(({ seq }) => seq), pagination };
}

export const ago = (ms: number) => new Date(Date.now() - ms);

/** Events that differ in nothing but their time, a second apart; the last was a second ago. */
export function eventsApart(count: number): AuditEventOptions[] {
  return Array.from({ length: count }, (_, index) => ({ at: ago((count - index) * 1_000) }));
}
