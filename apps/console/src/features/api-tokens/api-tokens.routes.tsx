import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { workspaceRoute } from '../../shell/layout.routes.js';

export const apiTokenRoutes = [
  createRoute({
    getParentRoute: () => workspaceRoute,
    path: '/api-tokens',
    component: lazyRouteComponent(() => import('./api-tokens-page.js'), 'ApiTokensPage'),
  }),
  createRoute({
    getParentRoute: () => workspaceRoute,
    path: '/api-tokens/new',
    component: lazyRouteComponent(() => import('./generate-token-page.js'), 'GenerateTokenPage'),
  }),
  createRoute({
    getParentRoute: () => workspaceRoute,
    path: '/api-tokens/$id',
    component: lazyRouteComponent(() => import('./api-token-page.js'), 'ApiTokenPage'),
  }),
] as const;
