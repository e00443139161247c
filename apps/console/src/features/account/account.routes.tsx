import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { accountRoute } from '../../shell/layout.routes.js';

export const accountRoutes = [
  createRoute({
    getParentRoute: () => accountRoute,
    path: '/',
    component: lazyRouteComponent(() => import('./profile-page.js'), 'ProfilePage'),
  }),
  createRoute({
    getParentRoute: () => accountRoute,
    path: '/security',
    component: lazyRouteComponent(() => import('./security-page.js'), 'SecurityPage'),
  }),
  createRoute({
    getParentRoute: () => accountRoute,
    path: '/sessions',
    component: lazyRouteComponent(() => import('./sessions-page.js'), 'SessionsPage'),
  }),
] as const;
