import { z } from 'zod';
import { pageMax, pageQuery, pagination, positiveInteger } from './pagination.js';

/**
 * Of a list that can be leafed through by page, or walked by cursor: from its first page on, each answer's `nextCursor`
 * gives the next. Goes into the list's own query beside its filters, with `isPageOrCursor`.
 */
export const walkParameters = {
  page: positiveInteger(pageMax).optional(),
  limit: pageQuery.shape.limit,
  cursor: z
    .string()
    // As long as a name can make it.
    .regex(/^[A-Za-z0-9_-]{1,2048}$/, { error: 'must be a cursor that this list gave, given once' })
    .optional(),
  total: z
    .enum(['true', 'false'], { error: 'must be true or false' })
    .default('false')
    .transform((text) => text === 'true')
    .describe('Count the rows in cursor mode too.'),
};

/** Of a list without filters. */
export const walkQuery = z.strictObject(walkParameters);
export type WalkQuery = z.output<typeof walkQuery>;

/** What a list's query must be, for `refine`. */
export const isPageOrCursor = ({ page, cursor }: Pick<WalkQuery, 'page' | 'cursor'>) =>
  page === undefined || cursor === undefined;
export const pageOrCursorError = { path: ['cursor'], error: 'cannot be combined with page' };

const nextCursor = z.string().nullable().describe('Of what follows this page; null at the end.');

export const walkPagination = z
  .union([
    pagination.extend({ nextCursor }),
    z.strictObject({
      limit: pagination.shape.limit,
      hasMore: z.boolean(),
      total: pagination.shape.total.optional(),
      nextCursor,
    }),
  ])
  .meta({
    id: 'Pagination',
    description: 'Where in the list this is: by page or, when a cursor was given, without `page` and `totalPages`.',
    examples: [
      { page: 1, limit: 50, total: 480, totalPages: 10, hasMore: true, nextCursor: 'q1Zk0nO0bN2m5Y4rWyIyMDI2LTEx' },
    ],
  });
export type WalkPagination = z.output<typeof walkPagination>;
