import { isIP } from 'node:net';
import { z } from 'zod';

const postgresUrl = z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgresql:// URL' });
const redisError = 'must be a redis:// or rediss:// URL, or "none" for one process without Redis';
const redisUrl = z.literal('none').or(z.url({ protocol: /^rediss?$/, error: redisError }));
const required = (what: string) => z.string({ error: `is required: ${what}` }).min(1, `is required: ${what}`);
const count = (fallback: number) => z.coerce.number().int().positive().default(fallback);
const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
  );
const proxies = list.refine((items) => items.every(isAddressOrRange), {
  error: 'must be IP addresses or CIDR ranges, comma-separated',
});

/**
 * Every setting of the server, with the only place that reads the environment. What has no safe
 * default is required.
 */
const schema = z.object({
  NODE_ENV: z.enum(['development', 'production', 'test']).default('development'),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65535).default(3000),
  /** The application's role (calkeep_app), not the owner's. */
  DATABASE_URL: required('the URL of the database, as the role calkeep_app').pipe(postgresUrl),
  REDIS_URL: required('a redis:// URL, or "none" for one process without Redis').pipe(redisUrl),
  /** API processes on this port, looked after by one more that serves nothing. */
  PROCESSES: count(1),
  /** `keyId:base64` pairs, comma-separated, the current one first. */
  TOKEN_PEPPERS: required('peppers of the token hashes as keyId:base64[,…], the current one first'),
  /** `keyId:base64` pairs as for the peppers, of 32 bytes: the keys under which secrets are sealed in the database. */
  SEALING_KEYS: required('keys that seal secrets in the database, as keyId:base64[,…], the current one first'),
  /** The same form: Ed25519 seeds that sign the checkpoints of the audit log. */
  AUDIT_SIGNING_KEYS: required('keys that sign the audit log, as keyId:base64[,…], the current one first'),
  /** Where people reach the console. Its host is the passkeys' relying party. */
  PUBLIC_URL: z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' }).optional(),
  /** Origins from which passkeys are accepted beside that of PUBLIC_URL, comma-separated. */
  WEBAUTHN_ORIGINS: list,
  /** A file as GitHub publishes its keys for secret scanning; without it GitHub's alerts are not taken. */
  GITHUB_SECRET_SCANNING_KEYS_FILE: z.string().optional(),
  /** Argon2id for passwords; the defaults are OWASP's minimum. */
  ARGON2_MEMORY_KIBIBYTES: count(19_456),
  ARGON2_PASSES: count(2),
  ARGON2_LANES: count(1),
  /** Hashes reckoned at once in a process. */
  ARGON2_CONCURRENCY: count(2),
  /** A session ends after this long without a request, and after its lifetime in any case. */
  SESSION_IDLE_SECONDS: count(12 * 3_600),
  SESSION_LIFETIME_SECONDS: count(14 * 24 * 3_600),
  /** After this long, at most, what was appended to an audit log is covered by a signed checkpoint. */
  AUDIT_CHECKPOINT_SECONDS: count(3_600),
  /** CIDRs or addresses of the proxies whose X-Forwarded-* headers count. */
  TRUSTED_PROXIES: proxies,
  /** Bearer token that /metrics asks for; without it only loopback may read them. */
  METRICS_TOKEN: z.string().min(16).optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  DATABASE_PIPELINES: count(2),
  DATABASE_POOL_MAX: count(10),
  /** After this long a statement is cancelled, and the request that waits for it gets 503. */
  DATABASE_TIMEOUT_MS: count(5_000),
  /** In each window the first use of a token, and each use by a caller new to it, is recorded. */
  USAGE_WINDOW_SECONDS: count(3_600),
  /** Of all other uses, the share that is recorded: 0 to 1. */
  USAGE_SAMPLE_RATE: z.coerce.number().min(0).max(1).default(0.01),
  /** How often the counts of requests are left to the worker: so much of them is lost with a process that is killed. */
  USAGE_FLUSH_SECONDS: count(5).pipe(z.int().min(1).max(86_400)),
  /** Whether this process runs the jobs as well; `separate` leaves them to worker.ts. */
  WORKER: z.enum(['in-process', 'separate']).default('in-process'),
  /** After SIGTERM the process is not ready, and serves this long yet, until balancers send it nothing new. */
  SHUTDOWN_DRAIN_MS: z.coerce.number().int().min(0).optional(),
  SHUTDOWN_TIMEOUT_MS: count(25_000),
});

/** Production names its own address: what it would be called otherwise is a guess. */
const checked = schema
  .refine(({ NODE_ENV, PUBLIC_URL }) => NODE_ENV !== 'production' || PUBLIC_URL !== undefined, {
    path: ['PUBLIC_URL'],
    error: 'is required in production: where people reach the console, such as https://app.example.com',
  })
  .transform((values) => ({ ...values, PUBLIC_URL: values.PUBLIC_URL ?? `http://localhost:${values.PORT}` }));

export type Config = Readonly<z.output<typeof checked>>;

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Parses the environment.
 * @throws ConfigError naming each setting that is missing or wrong, and never a value.
 */
export function loadConfig(env: Record<string, string | undefined>): Config {
  // An empty variable is how many supervisors spell "not set".
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const result = checked.safeParse(set);
  if (result.success) return Object.freeze(result.data);
  const lines = result.error.issues.map((issue) => `  ${issue.path.join('.')} ${issue.message}`);
  throw new ConfigError(`CalKeep cannot start with this configuration:\n${lines.join('\n')}`);
}

function isAddressOrRange(text: string): boolean {
  const [, address = '', bits = '0'] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const version = isIP(address);
  return version !== 0 && Number(bits) <= (version === 4 ? 32 : 128);
}
