export { appendAudit, type Actor, type AuditAppend, type AuditEntry, type RunStatement } from './audit-append.js';
export { APP_ROLE, enableAppRole, type EnableAppRoleOptions } from './app-role.js';
export { assertUnprivileged } from './assert-unprivileged.js';
export { migrate, type MigrateOptions, type MigrateResult, MigrationError } from './migrate.js';
export { Database, type DatabaseOptions } from './database.js';
export { databaseFailure, violatedConstraint } from './database-failure.js';
export { instantText } from './instant-text.js';
export {
  finishedBytes,
  finishJson,
  id,
  instant,
  json,
  jsonObject,
  jsonOfRows,
  unfinishedText,
  withoutLast,
  type JsonField,
} from './json-row.js';
export type { HeldTransaction } from './held-transaction.js';
export type { Prelude, Statement } from './pipelined-query.js';
export { WorkspaceDatabase } from './workspace-database.js';
export type { WorkspaceWriter, Write } from './workspace-writer.js';
export { enterWorkspace, type GlobalTransaction, type WorkspaceTransaction } from './workspace-transactions.js';
