import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { workspaceRoute } from '../../shell/layout.routes.js';

export const dataRoutes = [
  createRoute({
    getParentRoute: () => workspaceRoute,
    path: '/contacts',
    component: lazyRouteComponent(() => import('./contacts-page.js'), 'ContactsPage'),
  }),
  createRoute({
    getParentRoute: () => workspaceRoute,
    path: '/bookings',
    component: lazyRouteComponent(() => import('./bookings-page.js'), 'BookingsPage'),
  }),
  createRoute({
    getParentRoute: () => workspaceRoute,
    path: '/tasks',
    component: lazyRouteComponent(() => import('./tasks-page.js'), 'TasksPage'),
  }),
] as const;
