import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { workspaceRoute } from '../../shell/layout.routes.js';
import { dataSearch } from './data-search.js';

export const dataRoutes = [
  createRoute({
    getParentRoute: () => workspaceRoute,
    path: '/contacts',
    validateSearch: dataSearch,
    component: lazyRouteComponent(() => import('./contacts-page.js'), 'ContactsPage'),
  }),
  createRoute({
    getParentRoute: () => workspaceRoute,
    path: '/bookings',
    validateSearch: dataSearch,
    component: lazyRouteComponent(() => import('./bookings-page.js'), 'BookingsPage'),
  }),
  createRoute({
    getParentRoute: () => workspaceRoute,
    path: '/tasks',
    validateSearch: dataSearch,
    component: lazyRouteComponent(() => import('./tasks-page.js'), 'TasksPage'),
  }),
] as const;
