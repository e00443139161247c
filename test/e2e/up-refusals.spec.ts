import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';

import { findFreePort } from '@calkeep/local-services';
import { describe, expect, it, onTestFinished } from 'vitest';

import { runCalkeep } from './calkeep-process.js';
import { aPlace } from './up-place.js';

describe('refuses, before it does anything slow,', () => {
  it('a port that is taken, and names another', async () => {
    const place = await aPlace();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(Number(place.env['PORT']), '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const calkeep = runCalkeep(['up'], place.env);
    expect(await calkeep.ended).toBe(1);
    expect(calkeep.output()).toMatch(/Port \d+ is taken by another program.*PORT=\d+ npm start/);
    expect(await readdir(place.dataDir)).toEqual([]);
  });

  it.each([
    ['a port that is none', { PORT: '80a' }, /PORT must be a whole number/],
    ['to run in production', { NODE_ENV: 'production' }, /calkeep migrate/],
  ])('%s', async (_, env, message) => {
    const place = await aPlace();
    const calkeep = runCalkeep(['up'], { ...place.env, ...env });
    expect(await calkeep.ended).toBe(1);
    expect(calkeep.output()).toMatch(message);
  });

  it('a REDIS_URL at which nobody answers', { timeout: 90_000 }, async () => {
    const place = await aPlace({ REDIS_URL: `redis://:geheim@127.0.0.1:${await findFreePort()}` });
    const calkeep = runCalkeep(['up'], place.env);
    expect(await calkeep.ended).toBe(1);
    expect(calkeep.output()).toMatch(/REDIS_URL is set, but no Redis answers/);
    expect(calkeep.output()).not.toContain('geheim');
  });

  it('data whose secrets were lost', { timeout: 90_000 }, async () => {
    const place = await aPlace();
    await mkdir(place.dataDir);
    await writeFile(path.join(place.dataDir, 'secrets.json'), '{');
    const calkeep = runCalkeep(['up'], place.env);
    expect(await calkeep.ended).toBe(1);
    expect(calkeep.output()).toMatch(/secrets\.json is damaged/);
  });
});
