import type { WalkPagination } from '@calkeep/contract';
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { PendingAnswer } from '../http/current-answer.js';
import type { JsonText } from '../http/envelope.js';
import type { FoundList } from './found-walk.js';

/** Sets the list's `Link` header (RFC 8288). @returns the data, to be finished with the envelope around it. */
export function linked(answer: PendingAnswer, { data, pagination }: FoundList): JsonText {
  const target = targetsOf(answer.request);
  const links = Object.entries(changesFor(pagination)).map(([rel, changes]) => `<${target(changes)}>; rel="${rel}"`);
  answer.header('Link', links.join(', '));
  answer.request.context.isUnfinished = true;
  return data;
}

/** Where in the list; neither a number nor a cursor has anything in it that a URL would have to escape. */
const places = ['page', 'cursor'] as const;
type Changes = Readonly<Record<(typeof places)[number], string | number | undefined>>;

function changesFor(pagination: WalkPagination): Record<string, Changes> {
  const toPage = (page: number): Changes => ({ page, cursor: undefined });
  if (!('page' in pagination)) {
    const { nextCursor } = pagination;
    // A cursor knows no way back, and none to the end.
    return {
      first: { page: undefined, cursor: undefined },
      ...(nextCursor !== null && { next: { page: undefined, cursor: nextCursor } }),
    };
  }
  const { page, totalPages, hasMore } = pagination;
  const last = Math.max(1, totalPages);
  return {
    first: toPage(1),
    // From beyond the end it leads back to the list.
    ...(page > 1 && { prev: toPage(Math.min(page - 1, last)) }),
    ...(hasMore && { next: toPage(page + 1) }),
    last: toPage(last),
  };
}

/** What links keep of a request's URL. */
interface KeptParts {
  readonly pathname: string;
  /** The query without the place. */
  readonly rest: string;
}

/** Most callers ask for a few lists again and again, and to take a URL apart costs a fiftieth of a list. */
const knownParts = new LRUCache<string, KeptParts>({ max: 1_000 });
const knownLengthMax = 200;

function keptParts(url: string): KeptParts {
  const known = knownParts.get(url);
  if (known) return known;
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  for (const name of places) searchParams.delete(name);
  const parts = { pathname, rest: searchParams.toString() };
  if (url.length <= knownLengthMax) knownParts.set(url, parts);
  return parts;
}

/** The URL of the request with another place in the list, and everything else as the caller wrote it. */
function targetsOf(request: FastifyRequest): (changes: Changes) => string {
  const { pathname, rest } = keptParts(request.url);
  const address = `${originOf(request)}${pathname}`;
  return (changes) => {
    const place = places.flatMap((name) => (changes[name] === undefined ? [] : [`${name}=${changes[name]}`]));
    const query = [...(rest === '' ? [] : [rest]), ...place].join('&');
    return query === '' ? address : `${address}?${query}`;
  };
}

/** As the caller addressed us, or a trusted proxy says that it did; none where that could not stand in a URL. */
function originOf({ protocol, host }: FastifyRequest): string {
  return /^(?:[\w.-]+|\[[\da-fA-F:.]+\])(?::\d{1,5})?$/.test(host) ? `${protocol}://${host}` : '';
}
