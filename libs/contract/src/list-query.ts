import { z } from 'zod';

/** One of these, or 400: a misspelt status would otherwise look like an empty list. */
export function oneOf<const Value extends string>(values: readonly [Value, ...Value[]]) {
  return z.enum(values, { error: `must be one of ${values.join(', ')}, given once` });
}

/** Compared with ids as they are: a malformed one is as one that does not exist, and finds nothing. */
export const idFilter = z.string({ error: 'must be an id, given once' });

/** The field of an order, which is `-` and the field when it is descending. */
export type SortFieldOf<Sort extends string> = Sort extends `-${infer Field}` ? Field : never;
