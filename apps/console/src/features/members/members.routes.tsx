import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { z } from 'zod';
import { workspaceRoute } from '../../shell/layout.routes.js';

const search = z.object({
  hasMfa: z.boolean().optional().catch(undefined),
  page: z.int().min(1).optional().catch(undefined),
});

export const memberRoutes = [
  createRoute({
    getParentRoute: () => workspaceRoute,
    path: '/members',
    validateSearch: search,
    component: lazyRouteComponent(() => import('./members-page.js'), 'MembersPage'),
  }),
] as const;
