import { z } from 'zod';

export const limitDefault = 50;
export const limitMax = 200;
/** Far past any list; the bound keeps page × limit an exact integer in every layer. */
export const pageMax = 100_000_000;

/** A query parameter that is a plain decimal number from 1 to `max`: never clamped, never coerced. */
export function positiveInteger(max: number) {
  const error = `must be a whole number from 1 to ${max}, given once`;
  return z
    .string({ error })
    .regex(/^[1-9][0-9]{0,8}$/, { error })
    .transform(Number)
    .refine((value) => value <= max, { error })
    .meta({ jsonSchema: { type: 'integer', minimum: 1, maximum: max } });
}

export const pageQuery = z.strictObject({
  page: positiveInteger(pageMax).default(1),
  limit: positiveInteger(limitMax).default(limitDefault),
});
export type PageQuery = z.output<typeof pageQuery>;

export const pagination = z.strictObject({
  page: z.int().min(1),
  limit: z.int().min(1).max(limitMax),
  total: z.int().min(0).describe('Exact, and of this workspace under the current filters.'),
  totalPages: z.int().min(0),
  hasMore: z.boolean(),
});
export type Pagination = z.output<typeof pagination>;

export function describePage({ page, limit }: PageQuery, total: number): Pagination {
  const totalPages = Math.ceil(total / limit);
  return { page, limit, total, totalPages, hasMore: page < totalPages };
}

/** The query of a route that takes no parameters. */
export const noQuery = z.strictObject({});
export type NoQuery = z.output<typeof noQuery>;
