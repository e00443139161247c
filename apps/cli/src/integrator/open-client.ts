import { text } from 'node:stream/consumers';
import { CalKeep } from '@calkeep/sdk';
import { CliError } from '../cli-error.js';
import type { Settings } from '../settings.js';
import { findRunningInstance } from '../up/instance-lock.js';

/** What is said of it in the commands' help. */
export const callerHelp = [
  '',
  'The token is that of CALKEEP_TOKEN, or the first line of standard input with `--token -`.',
  'The API is that of --url or CALKEEP_URL, else that of a running `npm start`.',
].join('\n');

/** @throws CliError without one. */
export async function findToken({ callerToken }: Settings, from?: string): Promise<string> {
  const found = from === '-' ? (await text(process.stdin)).split('\n', 1)[0]?.trim() : (from ?? callerToken);
  if (found) return found;
  throw new CliError('No token: set CALKEEP_TOKEN, or pass it to standard input with `--token -`.');
}

export async function findBaseUrl({ callerUrl, dataDir, port }: Settings, url?: string): Promise<string> {
  if (url !== undefined && !/^https?:\/\//.test(url)) throw new CliError('--url must begin with http:// or https://.');
  return url ?? callerUrl ?? (await findRunningInstance(dataDir))?.baseUrl ?? `http://localhost:${port}`;
}

export interface WhereOptions {
  url?: string;
  token?: string;
}

/** @throws CliError without a token. */
export async function openClient(settings: Settings, { url, token }: WhereOptions): Promise<CalKeep> {
  const [found, baseUrl] = await Promise.all([findToken(settings, token), findBaseUrl(settings, url)]);
  return new CalKeep({ token: found, baseUrl });
}
