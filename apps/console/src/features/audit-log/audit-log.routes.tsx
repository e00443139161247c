import { auditActions } from '@calkeep/contract';
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { z } from 'zod';
import { workspaceRoute } from '../../shell/layout.routes.js';
import { auditRanges } from './audit-range.js';

/** What stands in the address, so that a view can be kept and sent on. What is no filter is passed over. */
const search = z.object({
  range: z.enum(auditRanges).optional().catch(undefined),
  from: z.string().optional().catch(undefined),
  to: z.string().optional().catch(undefined),
  action: z.enum(auditActions).optional().catch(undefined),
  actorId: z.string().optional().catch(undefined),
  targetId: z.string().optional().catch(undefined),
  page: z.int().min(1).optional().catch(undefined),
});
export type AuditSearch = z.output<typeof search>;

export const auditLogRoutes = [
  createRoute({
    getParentRoute: () => workspaceRoute,
    path: '/audit-log',
    validateSearch: search,
    component: lazyRouteComponent(() => import('./audit-log-page.js'), 'AuditLogPage'),
  }),
] as const;
