import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { migrate, MigrationError } from '@calkeep/database';
import type { Client } from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';

import { dumpCatalogue } from '../support/catalogue-dump.js';
import { connect, scratchDatabase, type ScratchDatabase } from '../support/database.js';
import { prismaMigrateDeploy } from '../support/prisma-engine.js';

const MIGRATIONS = path.resolve(import.meta.dirname, '../../prisma/migrations');

describe('migrate and `prisma migrate deploy`', () => {
  it('leave the same history and the same catalogue, and find nothing to do after each other', async () => {
    const [ours, theirs] = [await anEmptyDatabase(), await anEmptyDatabase()];

    const { applied } = await migrate({ databaseUrl: ours.ownerUrl });
    expect(await prismaMigrateDeploy(theirs.ownerUrl, MIGRATIONS)).toEqual(applied);

    const [ourClient, theirClient] = [await connect(ours.superuserUrl), await connect(theirs.superuserUrl)];
    expect(await historyOf(ourClient)).toEqual(await historyOf(theirClient));
    expect(await dumpCatalogue(ourClient)).toEqual(await dumpCatalogue(theirClient));
    expect(await prismaMigrateDeploy(ours.ownerUrl, MIGRATIONS)).toEqual([]);
    expect(await migrate({ databaseUrl: theirs.ownerUrl })).toEqual({
      applied: [],
      alreadyApplied: applied.length,
      warnings: [],
    });
  });

  it.each([
    [
      'a script that fails',
      { '1_good': 'CREATE TABLE good (id int)', '2_bad': 'CREATE TABLE half (id int); SELECT 1 / 0' },
    ],
    [
      'a script that fails inside its own transaction',
      { '1_bad': 'BEGIN; CREATE TABLE half (id int); SELECT 1 / 0; COMMIT' },
    ],
  ])('record and refuse alike after %s', async (_case, scripts) => {
    const migrationsDir = aMigrationsFolder(scripts);
    const [ours, theirs] = [await anEmptyDatabase(), await anEmptyDatabase()];

    await expect(migrate({ databaseUrl: ours.ownerUrl, migrationsDir })).rejects.toThrow('division by zero');
    await expect(prismaMigrateDeploy(theirs.ownerUrl, migrationsDir)).rejects.toThrow();

    const [ourClient, theirClient] = [await connect(ours.superuserUrl), await connect(theirs.superuserUrl)];
    expect(await historyOf(ourClient)).toEqual(await historyOf(theirClient));
    expect(await dumpCatalogue(ourClient)).toEqual(await dumpCatalogue(theirClient));
    for (const { ownerUrl } of [ours, theirs]) {
      await expect(migrate({ databaseUrl: ownerUrl, migrationsDir })).rejects.toThrow(/failed earlier[^]*_bad/);
      await expect(prismaMigrateDeploy(ownerUrl, migrationsDir)).rejects.toThrow();
    }
  });

  it('go on once a failed migration is marked as rolled back', async () => {
    const broken = aMigrationsFolder({ '1_first': 'SELECT 1 / 0' });
    const repaired = aMigrationsFolder({ '1_first': 'CREATE TABLE first (id int)' });
    const [ours, theirs] = [await anEmptyDatabase(), await anEmptyDatabase()];
    await expect(migrate({ databaseUrl: ours.ownerUrl, migrationsDir: broken })).rejects.toThrow(MigrationError);
    await expect(prismaMigrateDeploy(theirs.ownerUrl, broken)).rejects.toThrow();
    const [ourClient, theirClient] = [await connect(ours.ownerUrl), await connect(theirs.ownerUrl)];
    for (const client of [ourClient, theirClient])
      await client.query('UPDATE _prisma_migrations SET rolled_back_at = now()');

    await migrate({ databaseUrl: ours.ownerUrl, migrationsDir: repaired });
    await prismaMigrateDeploy(theirs.ownerUrl, repaired);

    expect(await historyOf(ourClient)).toEqual(await historyOf(theirClient));
  });

  it('refuse a database that has tables and no history', async () => {
    const { ownerUrl } = await anEmptyDatabase();
    await (await connect(ownerUrl)).query('CREATE TABLE somebody_elses (id int)');

    await expect(migrate({ databaseUrl: ownerUrl })).rejects.toThrow('tables but no migration history');
    await expect(prismaMigrateDeploy(ownerUrl, MIGRATIONS)).rejects.toThrow();
  });

  it('pass over migrations that were edited or are missing, of which migrate tells', async () => {
    const { ownerUrl } = await anEmptyDatabase();
    await migrate({
      databaseUrl: ownerUrl,
      migrationsDir: aMigrationsFolder({ '1_a': 'SELECT 1;\n', '2_b': 'SELECT 2' }),
    });
    const changed = aMigrationsFolder({ '1_a': 'SELECT 3', '3_c': 'SELECT 4' });

    expect(await migrate({ databaseUrl: ownerUrl, migrationsDir: changed })).toEqual({
      applied: ['3_c'],
      alreadyApplied: 1,
      warnings: ['1_a was edited after it was applied.', '2_b is applied but not in this release.'],
    });
    expect(await prismaMigrateDeploy(ownerUrl, changed)).toEqual([]);
  });
});

describe('migrate', () => {
  it('applies each migration once when four sessions start at the same time', async () => {
    const { ownerUrl } = await anEmptyDatabase();
    const reported: string[] = [];

    const results = await Promise.all(
      Array.from({ length: 4 }, () => migrate({ databaseUrl: ownerUrl, onApplied: (name) => reported.push(name) })),
    );

    const applied = results.flatMap((result) => result.applied);
    expect(applied.length).toBeGreaterThan(0);
    expect(new Set(applied).size).toBe(applied.length);
    expect(reported).toEqual(applied);
  });

  it('does not take changed line endings for an edit', async () => {
    const { ownerUrl } = await anEmptyDatabase();
    await migrate({ databaseUrl: ownerUrl, migrationsDir: aMigrationsFolder({ '1_a': 'SELECT 1;\nSELECT 2;\n' }) });
    const migrationsDir = aMigrationsFolder({ '1_a': 'SELECT 1;\r\nSELECT 2;\r\n' });

    expect((await migrate({ databaseUrl: ownerUrl, migrationsDir })).warnings).toEqual([]);
  });

  it('keeps nothing of a script that failed, and says in which line', async () => {
    const { ownerUrl } = await anEmptyDatabase();
    const migrationsDir = aMigrationsFolder({ '1_a': 'CREATE TABLE half (id int);\n\nSELECT nothing FROM half;\n' });

    await expect(migrate({ databaseUrl: ownerUrl, migrationsDir })).rejects.toThrow(/1_a failed.*42703.*at line 3/);

    const { rows } = await (await connect(ownerUrl)).query(`SELECT to_regclass('half') AS half`);
    expect(rows).toEqual([{ half: null }]);
  });
});

async function anEmptyDatabase(): Promise<ScratchDatabase> {
  const database = await scratchDatabase({ from: 'empty' });
  onTestFinished(database.drop);
  return database;
}

function aMigrationsFolder(scripts: Record<string, string>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'calkeep-migrations-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, script] of Object.entries(scripts)) {
    mkdirSync(path.join(folder, name));
    writeFileSync(path.join(folder, name, 'migration.sql'), script);
  }
  return folder;
}

/** The history without what differs from run to run: ids, times, and the words of an error. */
async function historyOf(client: Client): Promise<unknown[]> {
  const { rows } = await client.query(
    `SELECT migration_name, checksum, applied_steps_count, finished_at IS NOT NULL AS finished,
            rolled_back_at IS NOT NULL AS rolled_back, logs IS NOT NULL AS logged
     FROM _prisma_migrations ORDER BY started_at`,
  );
  return rows;
}
