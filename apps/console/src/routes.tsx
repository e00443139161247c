import { accountRoutes } from './features/account/account.routes.js';
import { apiTokenRoutes } from './features/api-tokens/api-tokens.routes.js';
import { auditLogRoutes } from './features/audit-log/audit-log.routes.js';
import { authRoutes } from './features/auth/auth.routes.js';
import { dataRoutes } from './features/data/data.routes.js';
import { memberRoutes } from './features/members/members.routes.js';
import { overviewRoutes } from './features/overview/overview.routes.js';
import { settingsRoutes } from './features/settings/settings.routes.js';
import { accountRoute, homeRoute, rootRoute, signedInRoute, workspaceRoute } from './shell/layout.routes.js';

/** Every page of the console. A feature brings its own. */
export const routeTree = rootRoute.addChildren([
  homeRoute,
  ...authRoutes,
  signedInRoute.addChildren([
    accountRoute.addChildren([...accountRoutes]),
    workspaceRoute.addChildren([
      ...overviewRoutes,
      ...apiTokenRoutes,
      ...auditLogRoutes,
      ...memberRoutes,
      ...settingsRoutes,
      ...dataRoutes,
    ]),
  ]),
]);
