import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { workspaceRoute } from '../../shell/layout.routes.js';

export const memberRoutes = [
  createRoute({
    getParentRoute: () => workspaceRoute,
    path: '/members',
    component: lazyRouteComponent(() => import('./members-page.js'), 'MembersPage'),
  }),
] as const;
