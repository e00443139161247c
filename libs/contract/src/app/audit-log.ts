import { z } from 'zod';
import { auditActions } from '../audit.js';
import { instant, publicId } from '../common.js';
import { idPrefixes } from '../ids.js';
import { pagination } from '../pagination.js';
import { timeBound } from '../time-bound.js';
import { isPageOrCursor, pageOrCursorError, walkPagination, walkParameters } from '../walk.js';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const seq = z.int().min(1);
const anyPublicId = z
  .string()
  .regex(new RegExp(`^(?:${Object.values(idPrefixes).join('|')})_[0-7][0-9a-hjkmnp-tv-z]{25}$`), {
    error: 'must be an id, given once',
  });

export const auditEvent = z.strictObject({
  id: publicId('auditEvent'),
  seq: seq.describe('Counts from 1 in each workspace, without gaps, in the order in which events were written.'),
  action: z.string(),
  actor: z.strictObject({ type: z.string(), id: z.string().nullable(), name: z.string().nullable() }),
  target: z.strictObject({ type: z.string().nullable(), id: z.string().nullable() }),
  createdAt: instant.describe('When it happened. A sampled use of a token is written a moment later.'),
  ip: z.string().nullable(),
  userAgent: z.string().nullable(),
  requestId: z.string().nullable(),
  clientRequestId: z.string().nullable(),
  payload: z.record(z.string(), z.json()),
  prevHash: hash,
  hash,
});
export type AuditEventRow = z.output<typeof auditEvent>;

export const auditSorts = ['-seq', 'seq', '-createdAt', 'createdAt'] as const;
export type AuditSort = (typeof auditSorts)[number];

export const auditLogQuery = z
  .strictObject({
    ...walkParameters,
    action: z.enum(auditActions, { error: 'must be an action that the log knows, given once' }).optional(),
    actorId: anyPublicId.optional(),
    targetId: anyPublicId.optional(),
    from: timeBound.optional(),
    to: timeBound.optional(),
    sort: z.enum(auditSorts, { error: `must be one of ${auditSorts.join(', ')}` }).default('-seq'),
  })
  .refine(isPageOrCursor, pageOrCursorError);
export type AuditLogQuery = z.output<typeof auditLogQuery>;

export const auditEventsData = z.strictObject({ auditEvents: z.array(auditEvent), pagination: walkPagination });

export const auditExportFormats = ['csv', 'ndjson'] as const;
export type AuditExportFormat = (typeof auditExportFormats)[number];

export const auditExportQuery = z.strictObject({
  format: z.enum(auditExportFormats, { error: 'must be csv or ndjson' }).default('csv'),
  from: timeBound.optional(),
  to: timeBound.optional(),
});
export type AuditExportQuery = z.output<typeof auditExportQuery>;

/**
 * - `foreign_workspace`, `wrong_seq`, `wrong_prev_hash`, `wrong_hash`: the event at this place is another workspace's, has
 *   another number (one was removed, inserted or moved), does not go on from the one before, or was edited
 * - `cut_off`: no event is there, but the head of the log or a checkpoint says that the log went further
 * - `contradicts_head`, `beyond_head`: the head of the log says otherwise, or that the log ends before
 * - `contradicts_checkpoint`: a signed checkpoint says otherwise: the log was rewritten
 * - `checkpoint_forged`, `checkpoint_unknown_key`: the checkpoint here is not signed by any key of the server
 */
export const auditBreakReasons = [
  'foreign_workspace',
  'wrong_seq',
  'wrong_prev_hash',
  'wrong_hash',
  'cut_off',
  'contradicts_head',
  'beyond_head',
  'contradicts_checkpoint',
  'checkpoint_forged',
  'checkpoint_unknown_key',
] as const;
export type AuditBreakReason = (typeof auditBreakReasons)[number];

export const auditVerificationData = z.strictObject({
  valid: z.boolean(),
  entries: z.int().min(0).describe('How many were found good, up to the first break.'),
  head: hash.describe('Of the last good event; without one, what the first would go on from.'),
  firstBrokenSeq: seq.optional(),
  reason: z.enum(auditBreakReasons).optional(),
  checkpoints: z.strictObject({
    checked: z.int().min(0),
    lastSeq: z.int().min(0).nullable().describe('Of the last one that was checked.'),
  }),
});
export type AuditVerificationData = z.output<typeof auditVerificationData>;

export const auditCheckpoint = z.strictObject({
  workspaceId: publicId('workspace'),
  seq: z.int().min(0),
  hash,
  createdAt: instant,
  keyId: z.string(),
  signature: z.string().describe('Ed25519, 64 bytes in base64url without padding.'),
});

export const auditCheckpointsData = z.strictObject({ checkpoints: z.array(auditCheckpoint), pagination });
