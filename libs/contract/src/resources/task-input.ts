import { z } from 'zod';
import { emptyPatchError, instantInput, isNotEmpty, lineInput, referenceInput, textInput } from '../input.js';
import { taskStatuses } from './task.js';

const title = lineInput(200);
const status = z.enum(taskStatuses);

/** What callers may set beside title and status; `null` clears. */
const clearable = {
  notes: textInput.nullable().optional(),
  dueAt: instantInput.nullable().optional(),
  contactId: referenceInput.nullable().optional().describe('A contact of the same workspace.'),
};

export const newTask = z.strictObject({ title, status: status.default('open'), ...clearable }).meta({ id: 'NewTask' });
export type NewTask = z.output<typeof newTask>;

export const taskPatch = z
  .strictObject({
    title: title.optional(),
    status: status.optional().describe('done sets completedAt; any other status clears it.'),
    ...clearable,
  })
  .refine(isNotEmpty, emptyPatchError)
  .meta({ id: 'TaskPatch', description: 'What is to change; null clears. At least one field.' });
export type TaskPatch = z.output<typeof taskPatch>;
