import { describe, expect, it } from 'vitest';
import { ConfigError, loadConfig } from './config.js';

const good = {
  DATABASE_URL: 'postgresql://calkeep_app:hunter2@localhost/calkeep',
  REDIS_URL: 'redis://:hunter2@localhost',
  TOKEN_PEPPERS: 'a:hunter2',
  SEALING_KEYS: 'a:hunter2',
  AUDIT_SIGNING_KEYS: 'a:hunter2',
};

describe('the configuration', () => {
  it('needs no more than its three required settings', () => {
    const config = loadConfig(good);
    expect(config).toMatchObject({
      ...good,
      HOST: '127.0.0.1',
      PORT: 3000,
      TRUSTED_PROXIES: [],
      NODE_ENV: 'development',
    });
    expect(config.METRICS_TOKEN).toBeUndefined();
  });

  it.each(Object.keys(good))('does not start without %s, and says so by name', (name) => {
    expect(refusalOf({ ...good, [name]: undefined })).toMatch(new RegExp(`^  ${name} is required: `, 'm'));
    expect(refusalOf({ ...good, [name]: '' })).toMatch(new RegExp(`^  ${name} is required: `, 'm'));
  });

  it('names everything that is wrong at once', () => {
    const refusal = refusalOf({ PORT: '99999', LOG_LEVEL: 'loud' });
    for (const name of [
      'DATABASE_URL',
      'REDIS_URL',
      'TOKEN_PEPPERS',
      'SEALING_KEYS',
      'AUDIT_SIGNING_KEYS',
      'PORT',
      'LOG_LEVEL',
    ])
      expect(refusal).toContain(`  ${name} `);
  });

  it.each([
    ['DATABASE_URL', 'mysql://root:hunter2@localhost/calkeep'],
    ['DATABASE_URL', 'hunter2'],
    ['REDIS_URL', 'http://user:hunter2@localhost'],
    ['REDIS_URL', 'hunter2'],
    ['METRICS_TOKEN', 'hunter2'],
    ['TRUSTED_PROXIES', 'hunter2'],
    ['TRUSTED_PROXIES', '10.0.0.0/8, 10.0.0.0/33'],
    ['TRUSTED_PROXIES', '::1/129'],
    ['TRUSTED_PROXIES', '10.0.0.0/8/8'],
    ['TRUSTED_PROXIES', '10.0.0.0/'],
    ['PORT', 'hunter2'],
    ['PORT', '-1'],
    ['PORT', '80.5'],
    ['NODE_ENV', 'hunter2'],
    ['DATABASE_POOL_MAX', '0'],
    ['DATABASE_TIMEOUT_MS', '-5'],
    ['SHUTDOWN_TIMEOUT_MS', 'hunter2'],
  ])('refuses %s=%s without repeating the value', (name, value) => {
    const refusal = refusalOf({ ...good, [name]: value });
    expect(refusal).toContain(`  ${name} `);
    expect(refusal).not.toContain('hunter2');
  });

  it('reads lists of proxies, with spaces and without', () => {
    expect(loadConfig({ ...good, TRUSTED_PROXIES: '10.0.0.0/8, 127.0.0.1,,::1 ' }).TRUSTED_PROXIES).toEqual([
      '10.0.0.0/8',
      '127.0.0.1',
      '::1',
    ]);
  });

  it('takes "none" for one process without Redis, and nothing else in its place', () => {
    expect(loadConfig({ ...good, REDIS_URL: 'none' }).REDIS_URL).toBe('none');
    refusalOf({ ...good, REDIS_URL: 'None' });
  });

  it('cannot be changed once it was read', () => {
    expect(Object.isFrozen(loadConfig(good))).toBe(true);
  });
});

function refusalOf(env: Record<string, string | undefined>): string {
  try {
    loadConfig(env);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return error instanceof Error ? error.message : '';
  }
  throw new Error('the configuration was taken');
}
