import { plansData, workspaceSettingsData } from '@calkeep/contract';
import { queryOptions } from '@tanstack/react-query';
import { call } from './call.js';

export const workspaceQuery = (ws: string) =>
  queryOptions({
    queryKey: ['workspace', ws, 'settings'],
    queryFn: async ({ signal }) => (await call(workspaceSettingsData, `/app/workspaces/${ws}`, { signal })).workspace,
  });

export const plansQuery = queryOptions({
  queryKey: ['plans'],
  queryFn: async ({ signal }) => (await call(plansData, '/app/plans', { signal })).plans,
  staleTime: 600_000,
});
