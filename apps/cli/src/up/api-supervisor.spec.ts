import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { CliError } from '../cli-error.js';
import { superviseApi, type ApiSupervisorOptions } from './api-supervisor.js';

const ready = `process.send({ type: 'ready', url: 'http://localhost:3000' });`;
const stay = `setInterval(() => {}, 1000); process.on('disconnect', () => process.exit(0));`;

/** A process that stands in for the API, with the hooks of a test around it. */
async function anApi(source: string): Promise<ApiSupervisorOptions & { restarts: string[] }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'calkeep-api-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const entry = path.join(folder, 'main.mjs');
  await writeFile(entry, source);
  const restarts: string[] = [];
  return {
    entry,
    env: {},
    logFile: path.join(folder, 'api.log'),
    isVerbose: false,
    hurry: new AbortController().signal,
    onRestart: (reason) => restarts.push(reason),
    restartDelaysMs: [10, 10],
    restarts,
  };
}

it('returns when the API is ready, with its output in the log', async () => {
  const options = await anApi(`console.log('listening'); ${ready} ${stay}`);
  const api = await superviseApi(options);
  await api.stop();
  expect(await readFile(options.logFile, 'utf8')).toBe('listening\n');
});

it('says what the log says when the API does not start', async () => {
  const starting = superviseApi(await anApi(`console.error('TOKEN_PEPPERS is required'); process.exitCode = 3;`));
  await expect(starting).rejects.toThrow(/exited with code 3 before it was ready[^]*TOKEN_PEPPERS is required/);
});

it('starts an API again that dies by itself, and gives up when it keeps dying', async () => {
  const options = await anApi(`${ready} setTimeout(() => process.exit(7), 20);`);
  const api = await superviseApi(options);
  await expect(api.gaveUp).rejects.toThrow(CliError);
  expect(options.restarts).toEqual(['the API exited with code 7', 'the API exited with code 7']);
});

it('does not start an API again that it stopped', async () => {
  const options = await anApi(`${ready} ${stay}`);
  const api = await superviseApi(options);
  await api.stop();
  expect(options.restarts).toEqual([]);
});

it('kills an API that does not stop when there is no time to lose', async () => {
  const hurry = new AbortController();
  const options = await anApi(`process.on('SIGTERM', () => {}); ${ready} ${stay}`);
  const api = await superviseApi({ ...options, hurry: hurry.signal });
  const stopped = api.stop();
  hurry.abort();
  await stopped;
});
