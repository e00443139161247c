import { describePage, parsePublicId, type IdKind, type PageQuery } from '@calkeep/contract';
import { AppError } from '@calkeep/platform';
import { jsonText, type JsonText } from '../http/envelope.js';
import type { Page } from './resource-statements.js';

/** The UUID in a path's id. Malformed, unknown and another workspace's are one and the same 404. */
export function uuidFromPath(kind: IdKind, text: string): string {
  const uuid = parsePublicId(kind, text);
  if (uuid === null) throw new AppError('not_found');
  return uuid;
}

/** `{ <name>: <object> }` as JSON text. @throws AppError `not_found` without an object. */
export function foundOne(name: string, object: string | null): JsonText {
  if (object === null) throw new AppError('not_found');
  return jsonText(`{"${name}":${object}}`);
}

/** `{ <name>: [...], pagination }` as JSON text. */
export function foundPage(name: string, query: PageQuery, { items, total }: Page): JsonText {
  return jsonText(`{"${name}":[${items}],"pagination":${JSON.stringify(describePage(query, total))}}`);
}
