import { z } from 'zod';
import { instant, publicId } from '../common.js';
import { pageQuery, pagination } from '../pagination.js';
import { roles, type MfaMethod } from '../roles.js';
import { emailAddress } from './auth.js';

export const membersQuery = pageQuery.extend({
  hasMfa: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional()
    .describe('Only those who have a second factor, or only those who have none.'),
});
export type MembersQuery = z.output<typeof membersQuery>;

export const newMemberBody = z.strictObject({ email: emailAddress, role: z.enum(roles) });
export type NewMemberBody = z.output<typeof newMemberBody>;

export const memberRoleBody = z.strictObject({ role: z.enum(roles) });
export type MemberRoleBody = z.output<typeof memberRoleBody>;

export const member = z.strictObject({
  user: z.strictObject({ id: publicId('user'), email: z.string(), name: z.string() }),
  role: z.enum(roles),
  mfa: z.strictObject({
    enrolled: z.boolean(),
    methods: z.array(z.enum(['totp', 'webauthn'] satisfies readonly MfaMethod[])),
  }),
  createdAt: instant.describe('When they became a member.'),
});
export type Member = z.output<typeof member>;

export const memberData = z.strictObject({ member });
export const membersData = z.strictObject({ members: z.array(member), pagination });
