import { parsePublicId, type IdKind } from '@calkeep/contract';
import type { FilterCondition } from './list-statement.js';

/** Of a column that is this very text. */
export const equals = (column: string): FilterCondition => ({ where: (value) => `${column} = ${value}::text` });

/** `from` is included. */
export const since = (column: string): FilterCondition => ({ where: (value) => `${column} >= ${value}::timestamptz` });

/** `to` is excluded. */
export const before = (column: string): FilterCondition => ({ where: (value) => `${column} < ${value}::timestamptz` });

/** No row has it. */
const nilUuid = '00000000-0000-0000-0000-000000000000';

/** A malformed id finds as little as one of another workspace. */
export const refersTo = (kind: IdKind, column: string): FilterCondition => ({
  where: (value) => `${column} = ${value}::uuid`,
  bind: (text) => parsePublicId(kind, text) ?? nilUuid,
});
