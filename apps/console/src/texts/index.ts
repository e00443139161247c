import { accountTexts } from './account.js';
import { apiTokenTexts } from './api-tokens.js';
import { auditLogTexts } from './audit-log.js';
import { authTexts } from './auth.js';
import { dataTexts } from './data.js';
import { commonTexts, errorTexts, planTexts, roleTexts } from './common.js';
import { memberTexts } from './members.js';
import { overviewTexts } from './overview.js';
import { settingsTexts } from './settings.js';
import { scopeGroupTexts, scopeTexts } from './scopes.js';
import { shellTexts } from './shell.js';

/** Every text of the console, in one place. */
export const texts = {
  common: commonTexts,
  errors: errorTexts,
  plans: planTexts,
  roles: roleTexts,
  scopes: scopeTexts,
  scopeGroups: scopeGroupTexts,
  shell: shellTexts,
  auth: authTexts,
  account: accountTexts,
  overview: overviewTexts,
  apiTokens: apiTokenTexts,
  auditLog: auditLogTexts,
  members: memberTexts,
  settings: settingsTexts,
  data: dataTexts,
} as const;
