import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, Outlet, redirect } from '@tanstack/react-router';
import { sessionQuery } from '../api/session.js';
import { AccountLayout } from './account-layout.js';
import { lastWorkspaceOf } from './last-workspace.js';
import { WorkspaceLayout } from './workspace-layout.js';

export const rootRoute = createRootRouteWithContext<{ queryClient: QueryClient }>()({ component: Outlet });

/** `/`: where the person was last, or the sign-in. */
export const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  beforeLoad: async ({ context: { queryClient } }) => {
    const session = await queryClient.ensureQueryData(sessionQuery);
    if (session === null || session.isPending) return redirect({ to: '/sign-in', throw: true });
    const workspace = lastWorkspaceOf(session);
    if (workspace === null) return redirect({ to: '/account', throw: true });
    return redirect({ to: '/workspaces/$ws', params: { ws: workspace.id }, throw: true });
  },
});

/** Everything behind the sign-in. Without a session people come back here after it. */
export const signedInRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'signed-in',
  beforeLoad: async ({ context: { queryClient }, location }) => {
    const session = await queryClient.ensureQueryData(sessionQuery);
    if (session === null || session.isPending)
      redirect({ to: '/sign-in', search: { next: location.href }, throw: true });
  },
  component: Outlet,
});

export const accountRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/account',
  component: AccountLayout,
});

export const workspaceRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/workspaces/$ws',
  component: WorkspaceLayout,
});
