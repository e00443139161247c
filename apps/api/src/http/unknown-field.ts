import type { ErrorDetail } from '@calkeep/contract';

const pathLengthMax = 100;

/** Field names are told, and no more of them than it takes to recognise one; values never are. */
export function shortened(path: string): string {
  return path.length > pathLengthMax ? `${path.slice(0, pathLengthMax)}…` : path;
}

export function unknownField(path: string): ErrorDetail {
  return { path: shortened(path), code: 'unknown_field', message: 'is not known here' };
}
