import { z } from 'zod';

/** One of these, or 400: a misspelt status would otherwise look like an empty list. */
export function oneOf<const Value extends string>(values: readonly [Value, ...Value[]]) {
  return z.enum(values, { error: `must be one of ${values.join(', ')}, given once` });
}

/** Text that a list is searched for. */
export function filterText(lengthMax: number) {
  const error = `must be 1 to ${lengthMax} characters that are not all spaces, given once`;
  return z.string({ error }).max(lengthMax, { error }).regex(/\S/, { error });
}

/** Compared with ids as they are: a malformed one is as one that does not exist, and finds nothing. */
export const idFilter = z.string({ error: 'must be an id, given once' });

/** The field of an order, which is `-` and the field when it is descending. */
export type SortFieldOf<Sort extends string> = Sort extends `-${infer Field}` ? Field : never;
