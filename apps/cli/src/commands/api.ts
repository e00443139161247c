import { once } from 'node:events';
import { ApiError, CalKeepError, type CalKeep } from '@calkeep/sdk';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { CliError } from '../cli-error.js';
import { callerHelp, openClient } from '../integrator/open-client.js';
import { readSettings } from '../settings.js';

interface ApiOptions {
  url?: string;
  token?: string;
  query: Record<string, string>;
  data?: object;
  all: boolean;
  include: boolean;
  json: boolean;
}

const methods = ['GET', 'POST', 'PATCH', 'DELETE'] as const;
type Method = (typeof methods)[number];

export function registerApi(program: Command): void {
  program
    .command('api')
    .description('call the API: waits for limits, tries again, and walks lists to their end')
    .argument('<method>', methods.join(', '), toMethod)
    .argument('<path>', 'such as /contacts or /api/v1/contacts?limit=10')
    .option('-q, --query <name=value>', 'a parameter; may be given again', toQuery, {})
    .option('-d, --data <json>', 'the body', toBody)
    .addOption(new Option('--all', 'every item of a list, one JSON object a line').default(false))
    .option('-i, --include', 'tell status, request id and limits on standard error', false)
    .option('--json', 'print the data on one line', false)
    .option('--token <token>', 'the token; - reads it from standard input')
    .option('--url <url>', 'where the API is')
    .addHelpText('after', `${callerHelp}\nExit code: 0 answered, 1 refused or no answer.`)
    .action(call);
}

async function call(method: Method, target: string, options: ApiOptions): Promise<void> {
  if (options.all && method !== 'GET') throw new CliError('--all goes with GET.');
  const calkeep = await openClient(readSettings(), options);
  const request = { method, ...targetOf(target, options.query) };
  try {
    if (options.all) await printAll(calkeep, request);
    else await printOne(calkeep, request, options);
  } catch (error) {
    if (!(error instanceof CalKeepError)) throw error;
    throw new CliError(describeError(error), { cause: error });
  }
}

interface Target {
  path: string;
  query: Record<string, string>;
}

/** Paths may be given as the documentation gives them, without the version, and with a query. */
function targetOf(target: string, query: Record<string, string>): Target {
  const [path = '', inline = ''] = target.split('?', 2);
  const versioned = path.startsWith('/api/') ? path : `/api/v1${path.startsWith('/') ? '' : '/'}${path}`;
  return { path: versioned, query: { ...Object.fromEntries(new URLSearchParams(inline)), ...query } };
}

async function printOne(
  calkeep: CalKeep,
  request: Target & { method: Method },
  { data: body, json, include }: ApiOptions,
): Promise<void> {
  const { data, info } = await calkeep.request({ ...request, body }).withInfo();
  if (include) {
    const limit = info.rateLimit ? `, ${info.rateLimit.remaining} of ${info.rateLimit.limit} requests left` : '';
    console.error(`${info.status} ${info.requestId}${limit}`);
  }
  if (data !== undefined) console.log(JSON.stringify(data, null, json ? 0 : 2));
}

/** One page is in memory at a time, and whoever reads slowly is waited for. */
async function printAll(calkeep: CalKeep, { path, query }: Target): Promise<void> {
  for await (const { items } of calkeep.list(path, query).pages()) {
    const lines = items.map((item) => `${JSON.stringify(item)}\n`).join('');
    if (!process.stdout.write(lines)) await once(process.stdout, 'drain');
  }
}

function describeError(error: CalKeepError): string {
  if (!(error instanceof ApiError)) return error.message;
  const issues = error.issues.map(({ path, message }) => `\n  ${path}: ${message}`).join('');
  const details = error.details && error.issues.length === 0 ? `\n  ${JSON.stringify(error.details)}` : '';
  return `${error.status} ${error.message}${issues}${details}${error.docs === undefined ? '' : `\n  ${error.docs}`}`;
}

function toMethod(text: string): Method {
  const method = methods.find((each) => each === text.toUpperCase());
  if (!method) throw new InvalidArgumentError(`It must be one of ${methods.join(', ')}.`);
  return method;
}

function toQuery(text: string, before: Record<string, string>): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It must be name=value.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

function toBody(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Told below, as what is JSON and no object.
  }
  throw new InvalidArgumentError('It must be a JSON object.');
}
