import { arrange } from './builders.js';

export interface AuditRow {
  action: string;
  actor_type: string;
  actor_id: string | null;
  target_type: string;
  target_id: string | null;
  ip: string | null;
  request_id: string | null;
  payload: Record<string, unknown>;
}

/** What the database holds of a workspace's audit log, the oldest entry first. */
export async function auditLogOf({ uuid }: { uuid: string }): Promise<AuditRow[]> {
  const { rows } = await arrange(uuid, (client) =>
    client.query<AuditRow>(
      `select action, actor_type, actor_id, target_type, target_id, host(ip) as ip, request_id, payload
       from audit_events where workspace_id = $1 order by seq`,
      [uuid],
    ),
  );
  return rows;
}
