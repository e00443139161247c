import { z } from 'zod';
import { instant, publicId } from '../common.js';
import { idFilter, oneOf } from '../list-query.js';
import { timeBound } from '../time-bound.js';
import { isPageOrCursor, pageOrCursorError, walkPagination, walkParameters } from '../walk.js';

export const taskStatuses = ['open', 'in_progress', 'done', 'cancelled'] as const;

export const task = z
  .strictObject({
    id: publicId('task'),
    title: z.string(),
    notes: z.string().nullable(),
    status: z.enum(taskStatuses),
    dueAt: instant.nullable(),
    contactId: publicId('contact').nullable(),
    completedAt: instant.nullable().describe('When its status became done; null for any other status.'),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({
    id: 'Task',
    description: 'Something to do.',
    examples: [
      {
        id: 'tsk_01m82nw2zbe008ytd69596mhp4',
        title: 'Send the offer',
        notes: null,
        status: 'open',
        dueAt: '2026-12-02T17:00:00.000Z',
        contactId: 'con_01m82nw2zbe008ytd69596mhp2',
        completedAt: null,
        createdAt: '2026-11-22T22:26:19.243Z',
        updatedAt: '2026-11-22T22:26:19.243Z',
      },
    ],
  });
export type Task = z.output<typeof task>;

export const taskSorts = ['-createdAt', 'createdAt', '-updatedAt', 'updatedAt', '-dueAt', 'dueAt'] as const;
export type TaskSort = (typeof taskSorts)[number];

export const tasksQuery = z
  .strictObject({
    ...walkParameters,
    status: oneOf(taskStatuses).optional(),
    contactId: idFilter.optional().describe('Tasks about this contact.'),
    dueBefore: timeBound
      .optional()
      .describe('Due before this time, which is excluded; tasks without a due date are left out.'),
    sort: oneOf(taskSorts).default('-createdAt'),
  })
  .refine(isPageOrCursor, pageOrCursorError);
export type TasksQuery = z.output<typeof tasksQuery>;

export const taskData = z.strictObject({ task });
export const tasksData = z.strictObject({ tasks: z.array(task), pagination: walkPagination });
