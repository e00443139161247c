import { newUuid, toPublicId, type AuditAction } from '@calkeep/contract';
import { appendAudit, type Actor, type AuditEntry } from '@calkeep/database';
import { arrange, type TestWorkspace } from './builders.js';

const someone: Actor = {
  ...{ type: 'user', id: toPublicId('user', newUuid()), name: 'Ada Whitfield' },
  ...{ ip: '192.0.2.1', userAgent: 'curl/8.5.0', requestId: 'req_1', clientRequestId: null },
};

export type AuditEventOptions = Partial<Omit<AuditEntry, 'actor'>> & { actor?: Partial<Actor> };

/**
 * Events at the end of a workspace's log, in this order, written as the application writes them. Whichever API process runs
 * signs a checkpoint over them, unless the test has it wait.
 */
export function someAuditEvents(
  { uuid, id }: TestWorkspace,
  events: readonly AuditEventOptions[],
  { checkpointDueAt = new Date() } = {},
): Promise<void> {
  const now = new Date();
  const entries = events.map((event) => anEntry(id, event));
  return arrange(uuid, (client) =>
    appendAudit(async (text, ...values) => (await client.query(text, values)).rows, {
      ...{ workspaceId: uuid, entries, now, checkpointDueAt },
    }),
  );
}

function anEntry(workspaceId: string, { actor, ...others }: AuditEventOptions): AuditEntry {
  const action: AuditAction = 'WORKSPACE_UPDATED';
  const target = { type: 'workspace', id: workspaceId } as const;
  return { action, target, payload: {}, ...others, actor: { ...someone, ...actor } };
}
