import { z } from 'zod';
import { instant, publicId } from '../common.js';
import { planCodes } from '../plans.js';
import { displayName } from './auth.js';
import { ipAllowlist } from './ip-allowlist.js';

export const tokenLifetimeDaysCeiling = 3_650;

/** A name of the IANA time zone database, told as it is spelled there where the platform knows the spelling. */
export const timezone = z
  .string()
  .refine(isTimezone, { error: 'must be the name of an IANA time zone, such as Europe/Berlin' })
  .transform(spelledAsKnown);

export const workspaceSettingsBody = z
  .strictObject({
    name: displayName,
    timezone,
    ipAllowlist,
    tokenLifetimeDaysMax: z.int().min(1).max(tokenLifetimeDaysCeiling).nullable(),
    isMfaRequired: z.boolean(),
  })
  .partial()
  .refine((settings) => Object.keys(settings).length > 0, { error: 'must name at least one setting' });
export type WorkspaceSettingsBody = z.output<typeof workspaceSettingsBody>;

export const plan = z.strictObject({
  code: z.enum(planCodes),
  name: z.string(),
  hasApiTokens: z.boolean(),
  activeTokensMax: z.int(),
  tokenRequestsPerMinute: z.int(),
  workspaceRequestsPerMinute: z.int(),
  contactsMax: z.int().nullable(),
  customFieldsMax: z.int(),
  auditRetentionDays: z.int(),
});

export type Plan = z.output<typeof plan>;

export const plansData = z.strictObject({ plans: z.array(plan) });
export type PlansData = z.output<typeof plansData>;

export const workspaceSettings = z.strictObject({
  id: publicId('workspace'),
  name: z.string(),
  slug: z.string(),
  plan,
  timezone: z.string(),
  ipAllowlist: z.array(z.string()).describe('CIDR ranges from which tokens may be used; empty: from everywhere.'),
  tokenLifetimeDaysMax: z.int().nullable(),
  isMfaRequired: z.boolean().describe('Whether members need a second factor.'),
  createdAt: instant,
  usage: z.strictObject({ activeApiTokens: z.int(), members: z.int(), contacts: z.int() }),
  milestones: z
    .strictObject({
      firstTokenAt: instant.nullable().describe('When the first token was issued.'),
      firstCallAt: instant.nullable().describe('When a token was first used.'),
    })
    .describe('What a new workspace has come to.'),
});
export type WorkspaceSettings = z.output<typeof workspaceSettings>;

export const workspaceSettingsData = z.strictObject({ workspace: workspaceSettings });

/** The platform also takes offsets such as +01:00, which are no zones. */
function isTimezone(text: string): boolean {
  return /^[A-Za-z][\w+/-]{1,63}$/.test(text) && resolvedTimezone(text) !== null;
}

function spelledAsKnown(text: string): string {
  const resolved = resolvedTimezone(text);
  // Another name for the same zone is kept as it was given.
  return resolved?.toLowerCase() === text.toLowerCase() ? resolved : text;
}

function resolvedTimezone(text: string): string | null {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}
