import { APP_ROLE, enableAppRole, migrate } from '@calkeep/database';
import { prepareJobTables } from '@calkeep/queue';
import { Client } from 'pg';

import { inDatabase, OWNER_ROLE, TEMPLATE_DATABASE } from './database.js';

export interface DatabaseUrls {
  superuserUrl: string;
  ownerUrl: string;
  appUrl: string;
}

/**
 * In a cluster that has only its owner role yet: a migrated template, databases cloned from it, and an application
 * role that may sign in. The URLs given name any database; those returned name the first that was cloned.
 */
export async function prepareDatabase(
  cluster: { superuserUrl: string; ownerUrl: string },
  names: readonly [string, ...string[]] = ['calkeep'],
): Promise<DatabaseUrls> {
  const superuser = new Client({ connectionString: inDatabase(cluster.superuserUrl, 'postgres') });
  await superuser.connect();
  try {
    await superuser.query(`CREATE DATABASE ${TEMPLATE_DATABASE} OWNER ${OWNER_ROLE}`);
    const templateUrl = inDatabase(cluster.ownerUrl, TEMPLATE_DATABASE);
    await migrate({ databaseUrl: templateUrl });
    await prepareJobTables({ databaseUrl: templateUrl, role: APP_ROLE });
    const appUrl = await enableAppRole({ databaseUrl: templateUrl, password: 'calkeep_app' });
    for (const name of names)
      await superuser.query(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE_DATABASE} OWNER ${OWNER_ROLE}`);
    return {
      superuserUrl: inDatabase(cluster.superuserUrl, names[0]),
      ownerUrl: inDatabase(cluster.ownerUrl, names[0]),
      appUrl: inDatabase(appUrl, names[0]),
    };
  } finally {
    await superuser.end();
  }
}
