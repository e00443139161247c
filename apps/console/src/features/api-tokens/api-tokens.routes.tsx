import { tokenStatuses } from '@calkeep/contract';
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { z } from 'zod';
import { workspaceRoute } from '../../shell/layout.routes.js';
import { usageRanges } from './usage/usage-range.js';

/** A text of digits alone stands in the address as if it were a number. */
const text = z.union([z.string(), z.number()]).transform(String);

/** What stands in the address of the list, so that a view can be kept and sent on. What is no filter is passed over. */
const listSearch = z.object({
  view: z.enum(['expiring', 'orphans']).optional().catch(undefined),
  status: z.enum(tokenStatuses).optional().catch(undefined),
  q: text.optional().catch(undefined),
  page: z.int().min(1).optional().catch(undefined),
});
export type TokensSearch = z.output<typeof listSearch>;

const tokenSearch = z.object({ range: z.enum(usageRanges).optional().catch(undefined) });

export const apiTokenRoutes = [
  createRoute({
    getParentRoute: () => workspaceRoute,
    path: '/api-tokens',
    validateSearch: listSearch,
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
    validateSearch: tokenSearch,
    component: lazyRouteComponent(() => import('./api-token-page.js'), 'ApiTokenPage'),
  }),
  createRoute({
    getParentRoute: () => workspaceRoute,
    path: '/api-tokens/$id/rotate',
    component: lazyRouteComponent(() => import('./rotate-token-page.js'), 'RotateTokenPage'),
  }),
] as const;
