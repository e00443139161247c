import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CliError } from '../cli-error.js';
import type { DemoFile } from '../demo/demo-file.js';
import { seedDemo, type SeedDemoResult } from '../demo/seed-demo.js';
import { projectRoot, type Settings } from '../settings.js';
import type { Steps } from '../terminal/steps.js';
import { superviseApi } from './api-supervisor.js';
import { prepareLogFile } from './log-file.js';
import { openDatabase } from './open-database.js';
import { openRedis } from './open-redis.js';
import { prepareSchema, type PreparedSchema } from './prepare-schema.js';
import { ensureSecrets } from './secrets.js';
import type { StopRequest } from './stop-request.js';
import type { StopStack } from './stop-stack.js';

const apiEntry = path.join(projectRoot, 'apps/api/dist/main.js');
const liveCheckMs = 1_000;

export interface StartContext {
  settings: Settings;
  /** Show the API's log in this terminal as well. */
  isVerbose: boolean;
  /** Of the API; without it what the environment's PROCESSES says. */
  processes: number | undefined;
  stop: StopRequest;
  /** Gets a stop for each part as soon as the part runs. */
  started: StopStack;
  steps: Steps;
}

export interface Running {
  demo: DemoFile;
  baseUrl: string;
  ownerUrl: string;
  /** Rejects when a part that is needed dies for good; never resolves. */
  failed: Promise<never>;
}

/**
 * Brings up database, Redis, schema, demo data and API, in that order, each as a step. Goes no further once a stop was asked
 * for, and then throws. @throws CliError when a part does not start
 */
export async function startEverything(context: StartContext): Promise<Running> {
  const { settings, stop, started, steps } = context;
  const { dataDir } = settings;
  const step = <T>(name: string, work: () => Promise<T>, describe: (result: T) => string): Promise<T> => {
    if (stop.isReceived) throw new CliError('stopped before everything had started');
    return steps.run(name, work, describe);
  };
  const kept = await ensureSecrets(dataDir);
  const tokenPeppers = settings.tokenPeppers ?? kept.tokenPeppers;
  const sealingKeys = settings.sealingKeys ?? kept.sealingKeys;
  const appPassword = settings.appDatabasePassword ?? kept.appPassword;
  const baseUrl = baseUrlOf(settings);

  const database = await step(
    'Database',
    () => openDatabase({ databaseUrl: settings.databaseUrl, dataDir, secrets: kept }),
    ({ description }) => description,
  );
  started.push(() => database.stop());
  const { ownerUrl } = database;

  const redis = await step(
    'Redis',
    () => openRedis(settings),
    ({ description }) => description,
  );
  started.push(() => redis.stop());

  const schema = await step('Schema', () => prepareSchema(ownerUrl, appPassword), describeSchema);
  for (const warning of schema.warnings) steps.note(warning);

  const seedRequest = { databaseUrl: ownerUrl, dataDir, baseUrl, tokenPeppers, sealingKeys };
  const { demo } = await step('Demo data', () => seedDemo(seedRequest), describeSeed);

  const env = apiEnvironment(settings, {
    DATABASE_URL: schema.appUrl,
    REDIS_URL: redis.url,
    TOKEN_PEPPERS: tokenPeppers,
    SEALING_KEYS: sealingKeys,
    AUDIT_SIGNING_KEYS: settings.auditSigningKeys ?? kept.auditSigningKeys,
    PUBLIC_URL: settings.publicUrl ?? baseUrl,
    ...(context.processes !== undefined && { PROCESSES: String(context.processes) }),
  });
  const logFile = await prepareLogFile(dataDir, 'api.log');
  const onRestart = (reason: string) => steps.note(`${reason}; starting it again (log: ${logFile})`);
  const command = { entry: apiEntry, env, logFile, isVerbose: context.isVerbose, hurry: stop.hurry, onRestart };
  const api = await step(
    'API',
    () => superviseApi(command),
    () => 'ready',
  );
  started.push(() => api.stop());

  const databaseGone = database.pid === undefined ? [] : [untilGone(database.pid, dataDir)];
  return { demo, baseUrl, ownerUrl, failed: Promise.race([api.gaveUp, ...databaseGone]) };
}

function apiEnvironment({ env, host, port }: Settings, parts: Record<string, string>): NodeJS.ProcessEnv {
  return { ...env, NODE_ENV: env['NODE_ENV'] ?? 'development', HOST: host, PORT: String(port), ...parts };
}

/** `localhost` for whatever listens there too: an address would be no relying party for passkeys. */
function baseUrlOf({ host, port }: Settings): string {
  const isLocal = ['localhost', '127.0.0.1', '0.0.0.0', '::', '::1'].includes(host);
  return `http://${isLocal ? 'localhost' : host.includes(':') ? `[${host}]` : host}:${port}`;
}

function describeSchema({ appliedCount }: PreparedSchema): string {
  if (appliedCount === 0) return 'up to date';
  return `${appliedCount} ${appliedCount === 1 ? 'migration' : 'migrations'} applied`;
}

function describeSeed({ seededCount, isRenewed }: SeedDemoResult): string {
  if (seededCount > 0) return `${seededCount} workspaces filled`;
  return isRenewed ? 'kept, with new credentials' : 'kept';
}

async function untilGone(pid: number, dataDir: string): Promise<never> {
  while (isAlive(pid)) await sleep(liveCheckMs, undefined, { ref: false });
  throw new CliError(`The database ended by itself; see ${path.join(dataDir, 'logs', 'postgres.log')}`);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
