import { z } from 'zod';

const rows = z.strictObject({
  contacts: z.int().min(0),
  bookings: z.int().min(0),
  tasks: z.int().min(0),
  reminders: z.int().min(0),
  calendarAccounts: z.int().min(0),
});

export const sandboxResetData = z.strictObject({ removed: rows, created: rows });
export type SandboxResetData = z.output<typeof sandboxResetData>;
