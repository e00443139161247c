import type { PlanCode } from '@calkeep/contract';
import type { RowCounts } from '@calkeep/sample-data';
import type { DemoUser } from './demo-file.js';

/** A workspace of the demo. Its ids are fixed, so that it is found again under row-level security without demo.json. */
export interface DemoWorkspaceSpec {
  id: string;
  sandboxId: string;
  name: string;
  slug: string;
  plan: PlanCode;
  timezone: string;
  createdAt: string;
  users: readonly { name: string; role: DemoUser['role'] }[];
  hasTokens: boolean;
  /** For measuring: the limits are out of the way, and there is one token. */
  isForBenchmarks: boolean;
  counts: RowCounts;
}

export const demoWorkspaces: readonly DemoWorkspaceSpec[] = [
  {
    id: '018d799c-8f80-7c48-83bb-032a5895a88b',
    sandboxId: '018d799c-8f80-7238-80ce-8719825b7159',
    name: 'Acme',
    slug: 'acme',
    plan: 'business',
    timezone: 'America/New_York',
    createdAt: '2024-02-05T14:12:00.000Z',
    users: [
      { name: 'Ada Whitfield', role: 'owner' },
      { name: 'Marcus Lindqvist', role: 'member' },
      { name: 'Priya Raman', role: 'auditor' },
    ],
    hasTokens: true,
    isForBenchmarks: false,
    counts: { contacts: 480, bookings: 320, tasks: 260, reminders: 220, calendarAccounts: 6 },
  },
  {
    id: '018e50ee-a180-7f74-841a-e08344facab6',
    sandboxId: '018e50ee-a180-711f-8c40-37e6bd409bc7',
    name: 'Globex',
    slug: 'globex',
    plan: 'enterprise',
    timezone: 'Europe/Berlin',
    createdAt: '2024-03-18T09:40:00.000Z',
    users: [
      { name: 'Helena Brandt', role: 'owner' },
      { name: 'Tomás Oliveira', role: 'member' },
      { name: 'Yuki Tanabe', role: 'auditor' },
    ],
    hasTokens: true,
    isForBenchmarks: false,
    counts: { contacts: 360, bookings: 280, tasks: 240, reminders: 210, calendarAccounts: 5 },
  },
  {
    id: '018fbacc-43e0-7698-893a-dc49e1c5a177',
    sandboxId: '018fbacc-43e0-75ab-8025-d535cbd93e4a',
    name: 'Initech',
    slug: 'initech',
    plan: 'free',
    timezone: 'America/Chicago',
    createdAt: '2024-05-27T16:05:00.000Z',
    users: [{ name: 'Bill Okafor', role: 'owner' }],
    hasTokens: false,
    isForBenchmarks: false,
    counts: { contacts: 40, bookings: 24, tasks: 18, reminders: 12, calendarAccounts: 1 },
  },
  {
    id: '018ce883-c900-7fc8-8bc6-4957fca7305a',
    sandboxId: '018ce883-c900-7f4c-87e1-a550dd265d2e',
    name: 'Benchmark',
    slug: 'benchmark',
    plan: 'enterprise',
    timezone: 'UTC',
    createdAt: '2024-01-08T10:00:00.000Z',
    users: [{ name: 'Bea Markham', role: 'owner' }],
    hasTokens: true,
    isForBenchmarks: true,
    counts: { contacts: 5_000, bookings: 1_500, tasks: 800, reminders: 600, calendarAccounts: 4 },
  },
];

/** The owner is called admin, as people look for it. */
export function emailOf(spec: DemoWorkspaceSpec, role: DemoUser['role']): string {
  return `${role === 'owner' ? 'admin' : role}@${spec.slug}.test`;
}
