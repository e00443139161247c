import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { CliError } from './cli-error.js';

/** The repository's own folder: this file is apps/cli/{src,dist}/settings. */
export const projectRoot = path.resolve(fileURLToPath(import.meta.url), '../../../..');

const portRule = 'must be a whole number from 1 to 65535, for example: PORT=3001 npm start';
const portText = z
  .string()
  .regex(/^[1-9][0-9]{0,4}$/, portRule)
  .transform(Number)
  .refine((port) => port <= 65535, portRule);

const schema = z.object({
  NODE_ENV: z
    .enum(['development', 'production', 'test'], { error: 'must be development, production or test' })
    .optional(),
  HOST: z.string().default('localhost'),
  PORT: portText.default(3000),
  /** The owner's or an administrator's; unset means the embedded database of the data folder. */
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgresql:// URL' }).optional(),
  REDIS_URL: z
    .union([z.literal('none'), z.url({ protocol: /^rediss?$/ })], {
      error: 'must be a redis:// or rediss:// URL, or "none"',
    })
    .optional(),
  CALKEEP_DATA_DIR: z.string().optional(),
  /** In the place of the kept ones. */
  TOKEN_PEPPERS: z.string().optional(),
  SEALING_KEYS: z.string().optional(),
  AUDIT_SIGNING_KEYS: z.string().optional(),
  PUBLIC_URL: z.string().optional(),
  APP_DATABASE_PASSWORD: z.string().optional(),
  npm_lifecycle_event: z.string().optional(),
  /** Of whoever calls the API rather than runs it. */
  CALKEEP_TOKEN: z.string().optional(),
  CALKEEP_URL: z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' }).optional(),
});

export interface Settings {
  isProduction: boolean;
  host: string;
  port: number;
  databaseUrl: string | undefined;
  redisUrl: string | undefined;
  /** Absolute. */
  dataDir: string;
  tokenPeppers: string | undefined;
  sealingKeys: string | undefined;
  auditSigningKeys: string | undefined;
  /** Of the console, when that is not the API's own address. */
  publicUrl: string | undefined;
  appDatabasePassword: string | undefined;
  /** The token that a caller of the API uses. */
  callerToken: string | undefined;
  /** Where the API is that a caller calls. */
  callerUrl: string | undefined;
  /** npm's shell does not pass signals on, so `up` has to look after its parent. */
  isRunByNpm: boolean;
  /** The whole environment, for child processes. */
  env: NodeJS.ProcessEnv;
}

/** The only place of the CLI that reads the environment. @throws CliError naming what is wrong, and never a value. */
export function readSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  // An empty variable is how many supervisors spell "not set".
  const result = schema.safeParse(Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')));
  if (!result.success) {
    throw new CliError(result.error.issues.map(({ path: [name], message }) => `${String(name)} ${message}`).join('\n'));
  }
  const values = result.data;
  return {
    isProduction: values.NODE_ENV === 'production',
    host: values.HOST,
    port: values.PORT,
    databaseUrl: values.DATABASE_URL,
    redisUrl: values.REDIS_URL,
    dataDir: path.resolve(values.CALKEEP_DATA_DIR ?? path.join(projectRoot, '.calkeep')),
    tokenPeppers: values.TOKEN_PEPPERS,
    sealingKeys: values.SEALING_KEYS,
    auditSigningKeys: values.AUDIT_SIGNING_KEYS,
    publicUrl: values.PUBLIC_URL,
    appDatabasePassword: values.APP_DATABASE_PASSWORD,
    callerToken: values.CALKEEP_TOKEN,
    callerUrl: values.CALKEEP_URL,
    isRunByNpm: values.npm_lifecycle_event !== undefined,
    env,
  };
}
