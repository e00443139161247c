import { sessionData, type Role, type SessionData } from '@calkeep/contract';
import { queryOptions, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { ApiError } from './api-error.js';
import { call } from './call.js';

/** Who is signed in; `null` for nobody. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => readSession(signal),
  // It is read anew when it changes here. When it has ended unnoticed, the next call says so, and nothing is lost.
  staleTime: Infinity,
  refetchOnWindowFocus: false,
  refetchOnReconnect: false,
});

async function readSession(signal: AbortSignal): Promise<SessionData | null> {
  try {
    return await call(sessionData, '/app/auth/session', { signal, isChallenged: false });
  } catch (error) {
    if (error instanceof ApiError && error.code === 'session_required') return null;
    throw error;
  }
}

/** For pages behind the sign-in. @throws Error outside of them. */
export function useSession(): SessionData {
  const { data } = useSuspenseQuery(sessionQuery);
  if (data === null) throw new ApiError('session_required', 'Sign in first.', { status: 401 });
  return data;
}

export type OwnWorkspace = SessionData['workspaces'][number];

/** @returns `undefined` where the person is not in this workspace. */
export function useOwnWorkspace(id: string): OwnWorkspace | undefined {
  return useSession().workspaces.find((workspace) => workspace.id === id);
}

export function useRefreshSession(): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: sessionQuery.queryKey });
}

/** What a role gets to see. The server decides; this only spares people dead ends. */
export const sees = {
  overview: (role: Role) => role !== 'auditor',
  apiTokens: (role: Role) => role === 'owner' || role === 'admin',
  auditLog: (role: Role) => role !== 'member',
  members: (role: Role) => role === 'owner' || role === 'admin',
  settings: (role: Role) => role !== 'auditor',
  data: (role: Role) => role !== 'auditor',
} as const;
