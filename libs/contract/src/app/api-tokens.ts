import { z } from 'zod';
import { instant, publicId } from '../common.js';
import { pageQuery, pagination, positiveInteger } from '../pagination.js';
import { scopes } from '../scopes.js';
import { ipAllowlist } from './ip-allowlist.js';
import { tokenLifetimeDaysCeiling } from './workspaces.js';

export const tokenLabelCharactersMax = 100;
export const tokenIpAllowlistMax = 50;
/** A week. */
export const overlapSecondsMax = 604_800;
export const revocationReasonLengthMax = 200;
const unusedDaysMax = 3_650;
const expiringDaysMax = 3_650;

/**
 * What a token is at this moment. `retiring`: rotated, and good until its overlap ends; `retired`: after that. A
 * disabled token may be enabled again; what is expired, retired or revoked stays so.
 */
export const tokenStatuses = ['active', 'retiring', 'disabled', 'expired', 'retired', 'revoked'] as const;
export type TokenStatus = (typeof tokenStatuses)[number];

const label = z
  .string()
  .trim()
  .min(1)
  .regex(/^\P{Cc}*$/u, { error: 'must not hold control characters' })
  .refine((text) => [...text].length <= tokenLabelCharactersMax, {
    error: `must have at most ${tokenLabelCharactersMax} characters`,
  });

const scopeSet = z
  .array(z.enum(scopes))
  .min(1)
  .transform((all) => [...new Set(all)]);

const tokenIpAllowlist = ipAllowlist.max(tokenIpAllowlistMax);

/** As far as four digits of a year go. */
const expiry = z.iso
  .datetime({ offset: true, error: 'must be an RFC 3339 date and time with its offset' })
  .transform((text) => new Date(text))
  .refine((date) => date.getUTCFullYear() <= 9999, { error: 'is too far away' });

export const issueTokenBody = z
  .strictObject({
    label,
    scopes: scopeSet,
    mode: z.enum(['live', 'test']).default('live'),
    expiresAt: expiry.nullish(),
    expiresInDays: z.int().min(1).max(tokenLifetimeDaysCeiling).nullish(),
    ipAllowlist: tokenIpAllowlist.default([]),
  })
  .refine(({ expiresAt, expiresInDays }) => (expiresAt ?? null) === null || (expiresInDays ?? null) === null, {
    path: ['expiresInDays'],
    error: 'cannot stand beside expiresAt',
  });
export type IssueTokenBody = z.output<typeof issueTokenBody>;

/** The body may be left out. */
export const rotateTokenBody = z
  .strictObject({ overlapSeconds: z.int().min(0).max(overlapSecondsMax).default(0) })
  .prefault({});
export type RotateTokenBody = z.output<typeof rotateTokenBody>;

/** The body may be left out. */
export const revokeTokenBody = z
  .strictObject({ reason: z.string().trim().max(revocationReasonLengthMax).nullish() })
  .transform(({ reason }) => ({ reason: reason === undefined || reason === '' ? null : reason }))
  .prefault({});
export type RevokeTokenBody = z.output<typeof revokeTokenBody>;

export const updateTokenBody = z
  .strictObject({ label, disabled: z.boolean(), ipAllowlist: tokenIpAllowlist, scopes: scopeSet })
  .partial()
  .refine((patch) => Object.keys(patch).length > 0, { error: 'must name at least one field' });
export type UpdateTokenBody = z.output<typeof updateTokenBody>;

export const apiTokensQuery = pageQuery.extend({
  status: z.enum(tokenStatuses).optional(),
  q: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .optional()
    .describe('Part of the label, or the beginning of the display prefix.'),
  expiringWithinDays: positiveInteger(expiringDaysMax)
    .optional()
    .describe('Only those that work and will end by then.'),
});
export type ApiTokensQuery = z.output<typeof apiTokensQuery>;

export const orphansQuery = pageQuery.extend({ unusedDays: positiveInteger(unusedDaysMax).default(90) });
export type OrphansQuery = z.output<typeof orphansQuery>;

export const apiToken = z.strictObject({
  id: publicId('apiToken'),
  label: z.string(),
  displayPrefix: z.string(),
  mode: z.enum(['live', 'test']),
  scopes: z.array(z.enum(scopes)),
  status: z.enum(tokenStatuses),
  ipAllowlist: z.array(z.string()).describe('CIDR ranges from which it may be used; empty: from everywhere.'),
  createdAt: instant,
  expiresAt: instant.nullable(),
  rotatedAt: instant.nullable().describe('When its successor was issued.'),
  retiresAt: instant.nullable().describe('When it ends, or ended, because it was rotated.'),
  disabledAt: instant.nullable(),
  revokedAt: instant.nullable(),
  revokedReason: z.string().nullable(),
  lastUsedAt: instant.nullable().describe('Of the last use that was recorded.'),
  lastUsedIp: z.string().nullable(),
  issuer: z
    .strictObject({ id: publicId('user'), name: z.string() })
    .nullable()
    .describe('null: the operator.'),
  predecessorId: publicId('apiToken').nullable(),
  successorId: publicId('apiToken').nullable(),
  isOrphan: z.boolean().describe('Its issuer is no longer an owner or admin of the workspace.'),
});
export type ApiToken = z.output<typeof apiToken>;

export const apiTokenData = z.strictObject({ token: apiToken });
export const apiTokensData = z.strictObject({ apiTokens: z.array(apiToken), pagination });
export const issuedTokenData = z.strictObject({ token: apiToken, secret: z.string().describe('Told this once.') });
export const rotatedTokenData = issuedTokenData.extend({ predecessor: apiToken });
export const revokedTokenData = apiTokenData.extend({
  alsoRevoked: z
    .array(publicId('apiToken'))
    .describe('Successors that had been issued within the 10 seconds before, and were revoked with it.'),
});

/** Why a token that still works, or may be made to, should be looked at. */
export const orphanReasons = ['unused', 'issuer_gone', 'predecessor_in_use'] as const;
export type OrphanReason = (typeof orphanReasons)[number];

export const orphansData = z.strictObject({
  orphans: z.array(z.strictObject({ token: apiToken, reasons: z.array(z.enum(orphanReasons)).min(1) })),
  pagination,
});
