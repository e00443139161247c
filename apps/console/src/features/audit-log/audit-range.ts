export const auditRanges = ['24h', '7d', '30d', 'all', 'custom'] as const;
export type AuditRange = (typeof auditRanges)[number];
export const defaultRange: AuditRange = '30d';

const hourMs = 3_600_000;
const hours = { '24h': 24, '7d': 168, '30d': 720 } as const;

export interface RangeSearch {
  readonly range?: AuditRange | undefined;
  /** As a person types it, in local time: `2026-01-31T12:00`. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** The bounds for the server, in UTC. A period that ends now begins at a whole minute, so that it is read once. */
export function boundsOf({ range = defaultRange, from, to }: RangeSearch): { from?: string; to?: string } {
  if (range === 'all') return {};
  if (range === 'custom') return { ...bound('from', from), ...bound('to', to) };
  const minuteMs = 60_000;
  const now = Math.floor(Date.now() / minuteMs) * minuteMs;
  return { from: new Date(now - hours[range] * hourMs).toISOString() };
}

function bound(name: 'from' | 'to', local: string | undefined): { from?: string; to?: string } {
  const at = local === undefined ? NaN : Date.parse(local);
  return Number.isNaN(at) ? {} : { [name]: new Date(at).toISOString() };
}
