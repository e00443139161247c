import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { workspaceRoute } from '../../shell/layout.routes.js';

export const auditLogRoutes = [
  createRoute({
    getParentRoute: () => workspaceRoute,
    path: '/audit-log',
    component: lazyRouteComponent(() => import('./audit-log-page.js'), 'AuditLogPage'),
  }),
] as const;
