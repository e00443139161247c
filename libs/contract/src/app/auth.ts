import { z } from 'zod';
import { instant, publicId } from '../common.js';
import { planCodes } from '../plans.js';
import { roles, type MfaMethod } from '../roles.js';

const emailLengthMax = 254;
/** Far more than any password may have; a bound for what is hashed to compare it. */
const passwordCharactersMax = 1_024;

/** What people call themselves and their workspaces: on one line, for it also stands in mails. */
export const displayName = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}*$/u, { error: 'must not hold control characters' });

export const emailAddress = z.string().trim().max(emailLengthMax).pipe(z.email());

/** One that is there already: it is compared, and the rules for new ones say nothing about it. */
const knownPassword = z.string().min(1).max(passwordCharactersMax);

export const signUpBody = z.strictObject({
  email: emailAddress,
  password: z.string(),
  name: displayName,
  workspaceName: displayName,
});
export type SignUpBody = z.output<typeof signUpBody>;

export const signInBody = z.strictObject({ email: emailAddress, password: knownPassword });
export type SignInBody = z.output<typeof signInBody>;

export const passwordChangeBody = z.strictObject({ currentPassword: knownPassword, newPassword: z.string() });
export type PasswordChangeBody = z.output<typeof passwordChangeBody>;

export const profileBody = z.strictObject({ name: displayName });
export type ProfileBody = z.output<typeof profileBody>;

const user = z.strictObject({ id: publicId('user'), email: z.string(), name: z.string() });

const mfaMethod = z.enum(['totp', 'webauthn'] satisfies readonly MfaMethod[]);

export const signUpData = z.strictObject({
  session: z.strictObject({ id: publicId('session'), expiresAt: instant }),
  user,
  workspace: z.strictObject({
    id: publicId('workspace'),
    name: z.string(),
    slug: z.string(),
    plan: z.enum(planCodes),
    role: z.enum(roles),
  }),
});
export type SignUpData = z.output<typeof signUpData>;

export const signInData = z.strictObject({
  user,
  mfa: z.strictObject({
    required: z.boolean().describe('The session is pending until one of the methods has been proven.'),
    methods: z.array(mfaMethod),
  }),
});
export type SignInData = z.output<typeof signInData>;

export const sessionData = z.strictObject({
  user,
  workspaces: z
    .array(
      z.strictObject({
        id: publicId('workspace'),
        name: z.string(),
        plan: z.enum(planCodes),
        role: z.enum(roles),
      }),
    )
    .describe('None while the session is pending.'),
  mfa: z.strictObject({
    enrolled: z.boolean(),
    required: z.boolean(),
    methods: z.array(mfaMethod),
    verifiedAt: instant.nullable().describe('The last proof of a second factor in this session.'),
    validUntil: instant.nullable().describe('Until then it counts as recent.'),
  }),
  isPending: z.boolean(),
});
export type SessionData = z.output<typeof sessionData>;

export const ownSession = z.strictObject({
  id: publicId('session'),
  isCurrent: z.boolean(),
  isPending: z.boolean(),
  createdAt: instant,
  lastSeenAt: instant.describe('To the minute.'),
  expiresAt: instant,
  ip: z.string().nullable(),
  userAgent: z.string().nullable(),
  mfaVerifiedAt: instant.nullable(),
});
export type OwnSession = z.output<typeof ownSession>;

export const ownSessionsData = z.strictObject({ sessions: z.array(ownSession) });
export type OwnSessionsData = z.output<typeof ownSessionsData>;

export const profileData = z.strictObject({ user });
export type ProfileData = z.output<typeof profileData>;
