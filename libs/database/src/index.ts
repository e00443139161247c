export { APP_ROLE, enableAppRole, type EnableAppRoleOptions } from './app-role.js';
export { assertUnprivileged } from './assert-unprivileged.js';
export { migrate, type MigrateOptions, type MigrateResult, MigrationError } from './migrate.js';
export { Database, type DatabaseOptions } from './database.js';
export { databaseFailure } from './database-failure.js';
export { fillIds, id, instant, json, jsonObject, type JsonField } from './json-row.js';
export type { Statement } from './pipelined-read.js';
export { WorkspaceDatabase } from './workspace-database.js';
export type { WorkspaceTransaction } from './workspace-transactions.js';
