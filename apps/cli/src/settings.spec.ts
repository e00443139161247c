import { expect, it } from 'vitest';
import { CliError } from './cli-error.js';
import { projectRoot, readSettings } from './settings.js';

it('needs nothing set', () => {
  expect(readSettings({})).toMatchObject({
    isProduction: false,
    host: 'localhost',
    port: 3000,
    databaseUrl: undefined,
    redisUrl: undefined,
    dataDir: `${projectRoot}/.calkeep`,
  });
});

it('takes an empty variable for one that is not set', () => {
  expect(readSettings({ PORT: '', DATABASE_URL: '', REDIS_URL: '' })).toMatchObject({
    port: 3000,
    databaseUrl: undefined,
  });
});

it.each(['0', '65536', '-1', '3000.5', '0x10', '3e3', ' 3000', 'http', '99999999999999999999'])(
  'refuses the port %j, and says how to name one',
  (PORT) => {
    expect(() => readSettings({ PORT })).toThrow(/PORT must be a whole number from 1 to 65535.*PORT=3001 npm start/);
  },
);

it('never repeats what was set, since it may be a password', () => {
  const env = { DATABASE_URL: 'mysql://u:geheim@x/', REDIS_URL: 'geheim', PORT: 'geheim' };
  expect(() => readSettings(env)).toThrow(CliError);
  expect(() => readSettings(env)).not.toThrow(/geheim/);
});
