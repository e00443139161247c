import { operations, type Operation } from '@calkeep/sdk';

/** A line that names no call of the API. */
export interface UnknownCall {
  line: number;
  text: string;
}

export interface ReadCalls {
  calls: Operation[];
  unknown: UnknownCall[];
}

const callPattern = /^([A-Z]+)\s+(\S+)$/i;

/**
 * The calls that a list names, one a line: `GET /contacts/con_…`, `GET /api/v1/contacts/{id}`, or the operationId that the
 * OpenAPI document gives it. Empty lines and what follows a `#` are passed over.
 */
export function readCalls(text: string): ReadCalls {
  const read: ReadCalls = { calls: [], unknown: [] };
  for (const [index, line] of text.split('\n').entries()) {
    const wanted = line.replace(/#.*/, '').trim();
    if (wanted === '') continue;
    const call = findOperation(wanted);
    if (call) read.calls.push(call);
    else read.unknown.push({ line: index + 1, text: wanted });
  }
  return read;
}

/** The scopes that these calls need, no more: each call needs its own, and none stands for another. */
export function scopesOf(calls: readonly Operation[]): string[] {
  return [...new Set(calls.flatMap(({ scopes }) => scopes))].sort();
}

function findOperation(wanted: string): Operation | undefined {
  const [, method, target] = callPattern.exec(wanted) ?? [];
  if (method === undefined || target === undefined) return operations.find(({ id }) => id === wanted);
  const [path = ''] = target.replace(/^https?:\/\/[^/]+/, '').split('?', 1);
  const parts = partsOf(path.startsWith('/api/') ? path : `/api/v1${path}`);
  return operations.find(
    (operation) => operation.method === method.toUpperCase() && isPathOf(partsOf(operation.path), parts),
  );
}

function isPathOf(template: readonly string[], parts: readonly string[]): boolean {
  return (
    template.length === parts.length &&
    template.every((part, index) => (part.startsWith('{') ? parts[index] !== '' : part === parts[index]))
  );
}

function partsOf(path: string): string[] {
  return path.split('/');
}
