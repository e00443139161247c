// A private PostgreSQL and Redis for one benchmark, workspaces full of contacts, and the servers that are measured on them.
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
const workerEntry = path.join(root, 'apps/api/dist/worker.js');
const peersFolder = path.join(root, 'bench/servers');
const cliEntry = path.join(root, 'apps/cli/dist/main.js');
const key = () => `bench:${randomBytes(32).toString('base64')}`;

/** Everything that `close` takes down again. PostgreSQL keeps its safe settings: writes cost what they cost. */
export async function openPlace() {
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
    const superuserUrl = inDatabase(postgres.url, ownerUrl);
    const parts = { appUrl, superuserUrl, redisUrl: redis.url, secrets };
    return {
      superuserUrl,
      postgresPid: postgres.pid,
      redisPid: redis.pid,
      load: (request) => load({ ownerUrl, secrets, ...request }),
      liftLimits: () => liftLimits(superuserUrl),
      startApi: (options) => startApi({ ...parts, ...options }),
      startDeployment: () => startDeployment(parts),
      startPeer: (name, options) => startPeer(name, { ...parts, ...options }),
      close,
    };
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

/** @returns the workspaces: { id, name, token, … } */
async function load({ ownerUrl, secrets, workspaces = 1, contacts }) {
  const command = ['load', '--workspaces', String(workspaces), '--contacts', String(contacts), '--json'];
  const loaded = JSON.parse(await output(command, { DATABASE_URL: ownerUrl, ...secrets }));
  return loaded.workspaces;
}

/** What is measured is the work of a limit, not its answer. */
async function liftLimits(superuserUrl) {
  await query(superuserUrl, 'update workspaces set requests_per_minute = 100000000');
  await query(superuserUrl, 'update api_tokens set quota = 100000000, quota_window_seconds = 60');
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

/** As docker-compose.yml has it: one process that serves, and one that works off the jobs. `pids` are of both. */
async function startDeployment(parts) {
  const api = await startApi({ ...parts, env: { WORKER: 'separate' } });
  const worker = await startApi({ ...parts, entry: workerEntry });
  const stop = async () => void (await Promise.all([api.stop(), worker.stop()]));
  return { ...api, pids: [api.pid, worker.pid], stop };
}

/** @param options.execArgv of Node, such as a loader that changes one thing. */
function startApi({ appUrl, redisUrl, secrets, env = {}, entry = apiEntry, ...options }) {
  return startServer(entry, {
    ...options,
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      PORT: '0',
      PUBLIC_URL: 'http://localhost',
      DATABASE_URL: appUrl,
      REDIS_URL: redisUrl,
      SHUTDOWN_DRAIN_MS: '0',
      ...secrets,
      ...env,
    },
  });
}

/** One of those in bench/servers. Row-level security does not bind its role. */
function startPeer(name, { superuserUrl, redisUrl, secrets, ...options }) {
  const { TOKEN_PEPPERS } = secrets;
  return startServer(path.join(peersFolder, `${name}.mjs`), {
    ...options,
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      DATABASE_URL: superuserUrl,
      REDIS_URL: redisUrl,
      TOKEN_PEPPERS,
    },
  });
}

/** `execArgv` of a server that can be asked for its `heldBytes`. */
export const tellsHeap = ['--expose-gc', '--import', new URL('tell-heap.mjs', import.meta.url).href];

/** As the image starts the API, and the others alike: all leave much that is short-lived. */
const nodeFlags = ['--max-semi-space-size=32'];

async function startServer(entry, { env, execArgv = [] }) {
  const execFlags = [...nodeFlags, ...execArgv];
  const child = fork(entry, [], { execArgv: execFlags, stdio: ['ignore', 'ignore', 'inherit', 'ipc'], env });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const url = await new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message.url));
    void ended.then((code) => reject(new Error(`${path.basename(entry)} ended with ${code}`)));
  });
  return {
    url,
    pid: child.pid,
    /** Of a server that was started with `tellsHeap`. */
    heldBytes: () =>
      new Promise((resolve) => {
        child.once('message', (message) => resolve(message.heldBytes));
        child.send('tell heap');
      }),
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
