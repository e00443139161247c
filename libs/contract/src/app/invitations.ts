import { z } from 'zod';
import { instant, publicId } from '../common.js';
import { pagination } from '../pagination.js';
import { planCodes } from '../plans.js';
import { roles } from '../roles.js';
import { displayName } from './auth.js';

/** What stands in an invitation's link behind `/invitations/`. */
export const invitationSecretBody = z.strictObject({ secret: z.string() });
export type InvitationSecretBody = z.output<typeof invitationSecretBody>;

/** For whoever has no account yet: it gets the invited e-mail address. */
export const invitedSignUpBody = invitationSecretBody.extend({ name: displayName, password: z.string() });
export type InvitedSignUpBody = z.output<typeof invitedSignUpBody>;

export const invitation = z.strictObject({
  id: publicId('invitation'),
  email: z.string(),
  role: z.enum(roles),
  invitedBy: z.strictObject({ id: publicId('user'), name: z.string() }).nullable(),
  createdAt: instant,
  expiresAt: instant,
});
export type Invitation = z.output<typeof invitation>;

export const invitationData = z.strictObject({ invitation });
export const invitationsData = z.strictObject({ invitations: z.array(invitation), pagination });

export const newInvitationData = z.strictObject({
  invitation: invitation.extend({ link: z.url().describe('Told this once, and sent to the address.') }),
});

/** What whoever has the link may know before they accept it. */
export const invitationPreviewData = z.strictObject({
  workspace: z.strictObject({ name: z.string() }),
  email: z.string(),
  role: z.enum(roles),
  expiresAt: instant,
});
export type InvitationPreviewData = z.output<typeof invitationPreviewData>;

export const acceptedInvitationData = z.strictObject({
  workspace: z.strictObject({
    id: publicId('workspace'),
    name: z.string(),
    plan: z.enum(planCodes),
    role: z.enum(roles),
  }),
});
export type AcceptedInvitationData = z.output<typeof acceptedInvitationData>;
