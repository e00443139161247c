// A private PostgreSQL and Redis for one benchmark, one workspace whose limits are out of the way, and API processes.
import { fork, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { APP_ROLE, enableAppRole, migrate } from '@calkeep/database';
import { ensureOwner, provideRedisServer, startEmbeddedPostgres, startPrivateRedis } from '@calkeep/local-services';
import { prepareJobTables } from '@calkeep/queue';
import pg from 'pg';

const root = fileURLToPath(new URL('../..', import.meta.url));
const apiEntry = path.join(root, 'apps/api/dist/main.js');
const cliEntry = path.join(root, 'apps/cli/dist/main.js');
const key = () => `bench:${randomBytes(32).toString('base64')}`;

/** Everything that `close` takes down again. PostgreSQL keeps its safe settings: writes cost what they cost. */
export async function openPlace({ contacts }) {
  const folder = await mkdtemp(path.join(root, '.tmp-bench-'));
  const stops = [() => rm(folder, { recursive: true, force: true })];
  const close = async () => {
    for (const stop of stops.reverse()) await stop();
  };
  try {
    const postgres = await startEmbeddedPostgres({ dataDir: path.join(folder, 'postgres'), password: 'bench' });
    stops.push(() => postgres.stop());
    const ownerUrl = await ensureOwner({ superuserUrl: postgres.url, database: 'calkeep', ownerPassword: 'bench' });
    await migrate({ databaseUrl: ownerUrl });
    await prepareJobTables({ databaseUrl: ownerUrl, role: APP_ROLE });
    const appUrl = await enableAppRole({ databaseUrl: ownerUrl, password: 'bench' });
    const { binary, reason } = await provideRedisServer({
      cacheDir: path.join(root, '.cache/redis'),
      env: process.env,
    });
    if (!binary) throw new Error(`no Redis: ${reason}`);
    const redis = await startPrivateRedis({ dataDir: path.join(folder, 'redis'), env: process.env, binary });
    stops.push(() => redis.stop());
    const secrets = { TOKEN_PEPPERS: key(), SEALING_KEYS: key(), AUDIT_SIGNING_KEYS: key() };
    const workspace = await load({ ownerUrl, secrets, contacts });
    const start = (options) => startApi({ appUrl, redisUrl: redis.url, secrets, ...options });
    return { superuserUrl: inDatabase(postgres.url, ownerUrl), workspace, startApi: start, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function inDatabase(superuserUrl, ownerUrl) {
  const url = new URL(superuserUrl);
  url.pathname = new URL(ownerUrl).pathname;
  return url.href;
}

async function load({ ownerUrl, secrets, contacts }) {
  const command = ['load', '--contacts', String(contacts), '--json'];
  const { workspaces } = JSON.parse(await output(command, { DATABASE_URL: ownerUrl, ...secrets }));
  const [workspace] = workspaces;
  return workspace;
}

function output(command, env) {
  const child = spawn(process.execPath, [cliEntry, ...command], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk) => (text += chunk));
    child.on('close', (code) => (code === 0 ? resolve(text) : reject(new Error(`${command.join(' ')}: ${code}`))));
  });
}

/** @param options.execArgv of Node, such as a loader that changes one thing. */
async function startApi({ appUrl, redisUrl, secrets, env = {}, execArgv = [] }) {
  const child = fork(apiEntry, [], {
    execArgv,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      PORT: '0',
      PUBLIC_URL: 'http://localhost',
      DATABASE_URL: appUrl,
      REDIS_URL: redisUrl,
      // The load speaks as many addresses.
      TRUSTED_PROXIES: '127.0.0.1',
      SHUTDOWN_DRAIN_MS: '0',
      ...secrets,
      ...env,
    },
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const url = await new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message.url));
    void ended.then((code) => reject(new Error(`the API ended with ${code}`)));
  });
  return {
    url,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Rows of one statement, past row-level security. */
export async function query(databaseUrl, text, values = []) {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query(text, values)).rows;
  } finally {
    await client.end();
  }
}
