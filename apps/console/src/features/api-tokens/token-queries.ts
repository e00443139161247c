import {
  apiTokenData,
  apiTokensData,
  orphansData,
  tokenUsageData,
  type ApiToken,
  type Pagination,
  type OrphanReason,
} from '@calkeep/contract';
import { keepPreviousData, queryOptions, useQueryClient } from '@tanstack/react-query';
import { call } from '../../api/call.js';
import type { TokensSearch } from './api-tokens.routes.js';
import { usageQueryOf, type UsageRange } from './usage/usage-range.js';

/** Within so many days an end is told of, as in the mails about it. */
export const expiringDays = 14;

export interface ListedToken {
  readonly token: ApiToken;
  readonly reasons: readonly OrphanReason[];
}

export interface TokenList {
  readonly rows: readonly ListedToken[];
  readonly pagination: Pagination;
}

const keyOf = (ws: string, ...rest: readonly unknown[]) => ['workspace', ws, 'api-tokens', ...rest] as const;
export const tokensPath = (ws: string) => `/app/workspaces/${ws}/api-tokens`;

/** What another tab, or another person, has done meanwhile is seen when somebody looks again. */
const looksAgain = { refetchOnWindowFocus: 'always' } as const;

export const tokensQuery = (ws: string, search: TokensSearch) =>
  queryOptions({
    ...looksAgain,
    queryKey: keyOf(ws, 'list', search),
    queryFn: ({ signal }) => readTokens(ws, search, signal),
    placeholderData: keepPreviousData,
  });

async function readTokens(ws: string, { view, ...search }: TokensSearch, signal: AbortSignal): Promise<TokenList> {
  if (view === 'orphans') {
    const query = { page: search.page };
    const { orphans, pagination } = await call(orphansData, `${tokensPath(ws)}/orphans`, { query, signal });
    return { rows: orphans, pagination };
  }
  const query = view === 'expiring' ? { ...search, expiringWithinDays: expiringDays } : search;
  const { apiTokens, pagination } = await call(apiTokensData, tokensPath(ws), { query, signal });
  return { rows: apiTokens.map((token) => ({ token, reasons: [] })), pagination };
}

/** How many there are of those that are worth a look. */
export const attentionQuery = (ws: string) =>
  queryOptions({
    ...looksAgain,
    queryKey: keyOf(ws, 'attention'),
    queryFn: async ({ signal }) => {
      const [expiring, orphans] = await Promise.all([
        call(apiTokensData, tokensPath(ws), { query: { expiringWithinDays: expiringDays, limit: 1 }, signal }),
        call(orphansData, `${tokensPath(ws)}/orphans`, { query: { limit: 1 }, signal }),
      ]);
      return { expiring: expiring.pagination.total, orphans: orphans.pagination.total };
    },
  });

export const tokenQuery = (ws: string, id: string) =>
  queryOptions({
    ...looksAgain,
    queryKey: keyOf(ws, 'one', id),
    queryFn: async ({ signal }) => (await call(apiTokenData, `${tokensPath(ws)}/${id}`, { signal })).token,
  });

export const usageQuery = (ws: string, id: string, range: UsageRange) =>
  queryOptions({
    ...looksAgain,
    queryKey: keyOf(ws, 'one', id, 'usage', range),
    queryFn: async ({ signal }) =>
      (await call(tokenUsageData, `${tokensPath(ws)}/${id}/usage`, { query: usageQueryOf(range), signal })).usage,
  });

/** After a change of any token: lists, pages of tokens, and how many are active. */
export function useRefreshTokens(ws: string): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await Promise.all([
      client.invalidateQueries({ queryKey: keyOf(ws) }),
      client.invalidateQueries({ queryKey: ['workspace', ws, 'settings'] }),
    ]);
  };
}
