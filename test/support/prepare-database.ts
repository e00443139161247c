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
 * In a cluster that has only its owner role yet: a migrated template, the database `calkeep` cloned from it, and
 * an application role that may sign in. The URLs given name any database; those returned name `calkeep`.
 */
export async function prepareDatabase(cluster: { superuserUrl: string; ownerUrl: string }): Promise<DatabaseUrls> {
  const superuser = new Client({ connectionString: inDatabase(cluster.superuserUrl, 'postgres') });
  await superuser.connect();
  try {
    await superuser.query(`CREATE DATABASE ${TEMPLATE_DATABASE} OWNER ${OWNER_ROLE}`);
    const templateUrl = inDatabase(cluster.ownerUrl, TEMPLATE_DATABASE);
    await migrate({ databaseUrl: templateUrl });
    await prepareJobTables({ databaseUrl: templateUrl, role: APP_ROLE });
    const appUrl = await enableAppRole({ databaseUrl: templateUrl, password: 'calkeep_app' });
    await superuser.query(`CREATE DATABASE calkeep TEMPLATE ${TEMPLATE_DATABASE} OWNER ${OWNER_ROLE}`);
    return {
      superuserUrl: inDatabase(cluster.superuserUrl, 'calkeep'),
      ownerUrl: inDatabase(cluster.ownerUrl, 'calkeep'),
      appUrl: inDatabase(appUrl, 'calkeep'),
    };
  } finally {
    await superuser.end();
  }
}
