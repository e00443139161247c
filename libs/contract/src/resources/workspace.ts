import { z } from 'zod';
import { instant, publicId } from '../common.js';
import { planCodes } from '../plans.js';

export const workspace = z.strictObject({
  id: publicId('workspace'),
  name: z.string(),
  slug: z.string(),
  plan: z.enum(planCodes),
  timezone: z.string(),
  createdAt: instant,
  counts: z.strictObject({
    contacts: z.int(),
    bookings: z.int(),
    tasks: z.int(),
    reminders: z.int(),
    calendarAccounts: z.int(),
  }),
});
export type Workspace = z.output<typeof workspace>;

export const workspaceData = z.strictObject({ workspace });
