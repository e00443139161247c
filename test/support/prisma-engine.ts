import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import * as engineModule from '@prisma/schema-engine-wasm/schema_engine_bg';
import { Pool } from 'pg';

/**
 * What `prisma migrate deploy` does, by Prisma's own schema engine in WebAssembly; the CLI would download the
 * native one. Returns the names of the migrations that it applied.
 */
export async function prismaMigrateDeploy(databaseUrl: string, migrationsDir: string): Promise<string[]> {
  // One session: the engine's advisory lock belongs to it.
  const pool = new Pool({ connectionString: databaseUrl, max: 1, idleTimeoutMillis: 0 });
  try {
    const engine = await loadEngine().SchemaEngine.new(
      { datamodels: undefined },
      () => undefined,
      bindMigrationAwareSqlAdapterFactory(wholeScripts(pool)),
    );
    const output = await engine.applyMigrations({
      migrationsList: listMigrations(migrationsDir),
      filters: { externalTables: [], externalEnums: [] },
    });
    engine.free();
    return output.appliedMigrationNames;
  } finally {
    await pool.end();
  }
}

/** The driver adapter cuts scripts at every semicolon, function bodies included; the native engine does not. */
function wholeScripts(pool: Pool): PrismaPg {
  const factory = new PrismaPg(pool);
  const connect = factory.connect.bind(factory);
  factory.connect = async () => {
    const adapter = await connect();
    adapter.executeScript = async (script) => {
      await pool.query(script);
    };
    return adapter;
  };
  return factory;
}

/** The global that neither this library level nor Node's types declare; only what is used here. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: Record<string, object>) => { exports: Record<string, unknown> };
};

let isLoaded = false;

function loadEngine(): typeof engineModule {
  if (isLoaded) return engineModule;
  const file = createRequire(import.meta.url)
    .resolve('@prisma/schema-engine-wasm')
    .replace(/\.js$/, '_bg.wasm');
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(file)), {
    './schema_engine_bg.js': { ...engineModule },
  });
  engineModule.__wbg_set_wasm(exports);
  const start = exports['__wbindgen_start'];
  if (typeof start === 'function') start();
  isLoaded = true;
  return engineModule;
}

function listMigrations(
  migrationsDir: string,
): Parameters<engineModule.SchemaEngine['applyMigrations']>[0]['migrationsList'] {
  const names = readdirSync(migrationsDir, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return {
    baseDir: migrationsDir,
    shadowDbInitScript: '',
    lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"' },
    migrationDirectories: names.map(({ name }) => ({
      path: name,
      migrationFile: {
        path: 'migration.sql',
        content: { tag: 'ok', value: readFileSync(path.join(migrationsDir, name, 'migration.sql'), 'utf8') },
      },
    })),
  };
}
