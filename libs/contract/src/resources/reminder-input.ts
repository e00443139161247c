import { z } from 'zod';
import { instantInput, lineInput, referenceInput } from '../input.js';

export const newReminder = z
  .strictObject({
    title: lineInput(200),
    dueAt: instantInput,
    target: z
      .strictObject({ type: z.enum(['contact', 'booking', 'task']), id: referenceInput })
      .describe('What it is about: an object of the same workspace.'),
  })
  .meta({ id: 'NewReminder' });
export type NewReminder = z.output<typeof newReminder>;
