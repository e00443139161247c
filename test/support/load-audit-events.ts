import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { newUuid, parsePublicId, toPublicId } from '@calkeep/contract';
import { auditHash, genesisHash, type AuditEvent, type ChainedAuditEvent } from '@calkeep/security';
import { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

import type { TestWorkspace } from './builders.js';
import { serviceUrl } from './service-url.js';

const linesAtOnce = 500;

/**
 * Fills an empty log with so many uses of a token, a second apart and the last of them now, whose hashes are true. By COPY,
 * past row-level security: several times as fast as the application's own way.
 */
export async function loadAuditEvents(workspace: TestWorkspace, count: number): Promise<void> {
  const client = new Client({ connectionString: serviceUrl('superuserUrl') });
  await client.connect();
  try {
    const chain = new UsesInChain(workspace, count);
    const copy = copyFrom(`copy audit_events (${columns.join(', ')}) from stdin`);
    await pipeline(Readable.from(chain.lines()), client.query(copy));
    await client.query('insert into audit_heads (workspace_id, seq, hash) values ($1, $2, $3)', [
      ...[workspace.uuid, count, chain.head],
    ]);
    // As autovacuum would do it, a while later.
    await client.query('vacuum (analyze) audit_events');
  } finally {
    await client.end();
  }
}

class UsesInChain {
  head: Buffer;
  readonly #tokenId = toPublicId('apiToken', newUuid());
  readonly #endMs = Date.now();

  constructor(
    private readonly workspace: TestWorkspace,
    private readonly count: number,
  ) {
    this.head = genesisHash(workspace.id);
  }

  *lines(): Generator<string> {
    for (let seq = 1; seq <= this.count; seq += linesAtOnce) {
      const size = Math.min(linesAtOnce, this.count + 1 - seq);
      yield Array.from({ length: size }, (_, index) => toLine(this.workspace, this.#next(seq + index))).join('');
    }
  }

  #next(seq: number): ChainedAuditEvent {
    const event: AuditEvent = {
      workspaceId: this.workspace.id,
      seq,
      id: toPublicId('auditEvent', newUuid()),
      action: 'API_TOKEN_USED',
      actor: { type: 'token', id: this.#tokenId, name: 'Nightly sync' },
      target: { type: 'api_token', id: this.#tokenId },
      createdAt: new Date(this.#endMs - (this.count - seq) * 1_000).toISOString(),
      ip: `198.51.100.${seq % 250}`,
      userAgent: 'calkeep-node/1.4.2',
      requestId: `req_${seq}`,
      clientRequestId: null,
      payload: { displayPrefix: 'ck_live_Ab3d', scopes: ['contacts:read', 'bookings:read'], hitsSinceLast: seq % 60 },
    };
    const prevHash = this.head;
    this.head = auditHash(prevHash, event);
    return { ...event, prevHash, hash: this.head };
  }
}

const columns = [
  ...['workspace_id', 'seq', 'id', 'action', 'actor_type', 'actor_id', 'actor_name', 'target_type', 'target_id'],
  ...['created_at', 'ip', 'user_agent', 'request_id', 'client_request_id', 'payload', 'prev_hash', 'hash'],
];

/** Of COPY's text format. Nothing in these events needs to be escaped but the backslash before hex. */
function toLine({ uuid }: TestWorkspace, event: ChainedAuditEvent): string {
  const { seq, id, action, actor, target, createdAt, ip, userAgent, requestId, payload, prevHash, hash } = event;
  const hex = (bytes: Uint8Array) => `\\\\x${Buffer.from(bytes).toString('hex')}`;
  const cells = [
    ...[uuid, seq, parsePublicId('auditEvent', id), action, actor.type, actor.id, actor.name, target.type, target.id],
    ...[createdAt, ip, userAgent, requestId, '\\N', JSON.stringify(payload), hex(prevHash), hex(hash)],
  ];
  return `${cells.join('\t')}\n`;
}
