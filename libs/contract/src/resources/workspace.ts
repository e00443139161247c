import { z } from 'zod';
import { instant, publicId } from '../common.js';
import { planCodes } from '../plans.js';

export const workspace = z
  .strictObject({
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
  })
  .meta({
    id: 'Workspace',
    examples: [
      {
        id: 'ws_01hnwss3w0fh487er359c9ba4b',
        name: 'Acme',
        slug: 'acme',
        plan: 'business',
        timezone: 'America/Chicago',
        createdAt: '2024-02-05T09:00:00.000Z',
        counts: { contacts: 480, bookings: 320, tasks: 210, reminders: 160, calendarAccounts: 4 },
      },
    ],
  });
export type Workspace = z.output<typeof workspace>;

export const workspaceData = z.strictObject({ workspace });
