import { APP_ROLE, enableAppRole, migrate } from '@calkeep/database';
import { prepareJobTables } from '@calkeep/queue';
import { withReason } from '../with-reason.js';

export interface PreparedSchema {
  /** For the application's role. */
  appUrl: string;
  appliedCount: number;
  warnings: readonly string[];
}

/** Applies the migrations that the database lacks, and lets the application's role sign in with this password. */
export async function prepareSchema(ownerUrl: string, appPassword: string): Promise<PreparedSchema> {
  const { applied, warnings } = await withReason(
    'The migrations could not be applied',
    migrate({ databaseUrl: ownerUrl }),
  );
  await withReason(
    'The tables of the jobs could not be made',
    prepareJobTables({ databaseUrl: ownerUrl, role: APP_ROLE }),
  );
  const appUrl = await withReason(
    'The application cannot get its role',
    enableAppRole({ databaseUrl: ownerUrl, password: appPassword }),
  );
  return { appUrl, appliedCount: applied.length, warnings };
}
