import { rm } from 'node:fs/promises';
import path from 'node:path';

import { ensureOwner, LocalServiceError, startEmbeddedPostgres, type EmbeddedPostgres } from '@calkeep/local-services';

import { slotDatabase } from './database.js';
import { prepareDatabase, type DatabaseUrls } from './prepare-database.js';

const PASSWORD = 'calkeep';
const RUNS_AT_ONCE_MAX = 8;
/** The data is thrown away, so nothing has to survive a crash. */
const SETTINGS = {
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_connections: '200',
  autovacuum: 'off',
};

export interface TestPostgres extends DatabaseUrls {
  stop: () => Promise<void>;
}

/** A private PostgreSQL with a migrated database for each slot, its data under `folder` until it is stopped. */
export async function startTestPostgres(folder: string, slots: number): Promise<TestPostgres> {
  const { server, dataDir } = await startOnAFreePlace(folder);
  const stop = async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    const ownerUrl = await ensureOwner({ superuserUrl: server.url, database: 'postgres', ownerPassword: PASSWORD });
    const others = Array.from({ length: slots - 1 }, (_, index) => slotDatabase(index + 1));
    const urls = await prepareDatabase({ superuserUrl: server.url, ownerUrl }, [slotDatabase(0), ...others]);
    return { ...urls, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Places are numbered, so that a run finds, stops and removes what an earlier one left that was killed outright, and
 * takes the next place when another run is going on.
 */
async function startOnAFreePlace(folder: string): Promise<{ server: EmbeddedPostgres; dataDir: string }> {
  for (let place = 1; ; place += 1) {
    const dataDir = path.join(folder, `postgres-${place}`);
    try {
      const server = await start(dataDir);
      if (server.isFresh) return { server, dataDir };
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
      return { server: await start(dataDir), dataDir };
    } catch (error) {
      const isInUse = error instanceof LocalServiceError && error.message.includes('is in use by');
      if (!isInUse || place === RUNS_AT_ONCE_MAX) throw error;
    }
  }
}

function start(dataDir: string): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({ dataDir, password: PASSWORD, settings: SETTINGS });
}
