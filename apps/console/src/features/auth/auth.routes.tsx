import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { z } from 'zod';
import { rootRoute } from '../../shell/layout.routes.js';

/** Where to go on after the sign-in; a path of this console, never another site. */
const next = z.object({
  next: z
    .string()
    .regex(/^\/(?![/\\])\P{Cc}*$/u)
    .optional()
    .catch(undefined),
});

export const authRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/sign-in',
    validateSearch: next,
    component: lazyRouteComponent(() => import('./sign-in-page.js'), 'SignInPage'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/sign-up',
    component: lazyRouteComponent(() => import('./sign-up-page.js'), 'SignUpPage'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/invitations/$secret',
    component: lazyRouteComponent(() => import('./invitation-page.js'), 'InvitationPage'),
  }),
] as const;
