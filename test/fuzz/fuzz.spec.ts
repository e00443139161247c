// Generated requests, from the OpenAPI document and against it. FUZZ_REQUESTS says how many (`npm run fuzz`: 100,000),
// FUZZ_SEED which; the same seed makes the same requests.

import { newId, scopes } from '@calkeep/contract';
import { mintApiToken } from '@calkeep/security';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApi, type ApiProcess } from '../support/api-process.js';
import {
  aBooking,
  aCalendarAccount,
  aContact,
  aReminder,
  aTask,
  aToken,
  aWorkspace,
  buildIn,
} from '../support/builders.js';
import type { TestWorkspace } from '../support/builders.js';
import { scratchDatabase, type ScratchDatabase } from '../support/database.js';
import { Judge, sendFuzz, type FuzzAnswer } from './answers.js';
import { ChangeWatch } from './change-watch.js';
import { operationsOf, type Operation } from './document.js';
import { authorizationOf, requestsOf, type Credentials, type FuzzRequest } from './requests.js';

const requestsMin = Number(process.env['FUZZ_REQUESTS'] ?? 2_000);
const seed = Number(process.env['FUZZ_SEED'] ?? 20261125);
/** Each in a workspace of its own, so that what a refused request changed is that request's doing. */
const lanes = 8;
const batch = 250;
const faultsMax = 20;

let database: ScratchDatabase;
let api: ApiProcess;
let watch: ChangeWatch;
let operations: Operation[];
beforeAll(async () => {
  database = await scratchDatabase();
  buildIn(database);
  watch = await ChangeWatch.open(database.superuserUrl);
  api = await startApi({ databaseUrl: database.appUrl });
  const document = await fetch(new URL('/openapi.json', api.baseUrl));
  operations = operationsOf(await document.json());
});
afterAll(async () => {
  await api.stop();
  await watch.close();
  await database.drop();
});

it(
  `${requestsMin} generated requests: no 5xx, each answer as documented, and nothing changed by what is refused or only reads`,
  async () => {
    const victim = await aWorkspace();
    const foreign = await idsIn(victim);
    const victimChanges = await watch.last([victim.uuid, victim.sandboxUuid]);
    const faults: string[] = [];
    const statuses = new Map<string, number>();

    const run = async (number: number) => {
      const workspace = await aWorkspace();
      const own = await idsIn(workspace);
      const known = { own, texts: [...own, ...foreign, ...unknownIds(), 'ada@example.com'] };
      const requests = requestsOf(operations, known);
      const lane: Lane = { workspace, credentials: { full: '', others: [] }, faults, changes: 0 };
      const start = async () => {
        lane.credentials = await credentialsOf(workspace);
        lane.changes = await watch.last([workspace.uuid, workspace.sandboxUuid]);
      };
      await start();
      for (let done = 0; done * lanes < requestsMin && faults.length < faultsMax; done += batch)
        for (const request of fc.sample(requests, { seed: seed + number * 1_000_003 + done, numRuns: batch })) {
          const answer = await attempt(request, lane);
          count(statuses, request, answer);
          // It has ended its own token.
          if (answer?.status === 204) await start();
        }
    };
    await Promise.all(Array.from({ length: lanes }, (_, number) => run(number)));

    if (process.env['FUZZ_REQUESTS']) console.log(describeStatuses(statuses));
    expect(faults).toEqual([]);
    expect(await watch.since([victim.uuid, victim.sandboxUuid], victimChanges)).toEqual([]);
    // They are good enough to get nearly everywhere, and few get to change something: a test of refusals alone would pass.
    const succeeded = operations.filter(({ method, path }) => statuses.has(`${method} ${path} 2xx`));
    expect(succeeded.length).toBeGreaterThanOrEqual(operations.length * 0.8);
    expect(succeeded.some(({ method }) => method === 'POST')).toBe(true);
  },
  Math.max(120_000, requestsMin * 30),
);

interface Lane {
  workspace: TestWorkspace;
  credentials: Credentials;
  faults: string[];
  /** The last change that is accounted for. */
  changes: number;
}

async function attempt(request: FuzzRequest, lane: Lane): Promise<FuzzAnswer | null> {
  const { workspace, credentials, faults, changes } = lane;
  const ids = [workspace.uuid, workspace.sandboxUuid];
  const authorization = authorizationOf(request.headers['authorization'] ?? '', credentials);
  const sent = { ...request, headers: { ...request.headers, authorization } };
  const told = (fault: string) =>
    faults.push(`${fault}: ${JSON.stringify({ ...request, operation: request.operation?.path })}`.slice(0, 1_500));
  try {
    const answer = await sendFuzz(api.baseUrl, sent);
    for (const fault of judge.faultsOf(request, answer)) told(`${fault} (${answer.status})`);
    lane.changes = await watch.last(ids);
    const mayChange = answer.status < 300 && ['POST', 'PATCH', 'DELETE'].includes(request.method);
    if (!mayChange && lane.changes !== changes)
      told(`changed ${(await watch.since(ids, changes)).join(', ')} (${answer.status})`);
    return answer;
  } catch (error) {
    told(`no answer, ${String(error)}`);
    return null;
  }
}

const judge = new Judge();

/** Something of each kind. @returns their ids, also those of the sandbox and of the workspace itself. */
async function idsIn(workspace: TestWorkspace): Promise<string[]> {
  const sandbox = { uuid: workspace.sandboxUuid };
  return Promise.all([
    ...[aContact(workspace, { email: 'ada@example.com' }), aContact(workspace), aBooking(workspace), aTask(workspace)],
    ...[aReminder(workspace), aCalendarAccount(workspace), aContact(sandbox), aTask(sandbox), aBooking(sandbox)],
    Promise.resolve(workspace.id),
  ]);
}

function unknownIds(): string[] {
  return [newId('contact'), newId('task'), newId('booking'), newId('reminder'), newId('contact').toUpperCase()];
}

/** Beside the one that may do everything one of each kind of trouble. */
async function credentialsOf(workspace: TestWorkspace): Promise<Credentials> {
  const poor = await aWorkspace({ plan: 'free' });
  const others = await Promise.all([
    ...scopes.map((scope) => aToken({ workspace, scopes: [scope] })),
    aToken({ workspace, mode: 'test' }),
    aToken({ workspace, quota: { requests: 3, windowSeconds: 3_600 } }),
    aToken({ workspace, ipAllowlist: ['203.0.113.9/32'] }),
    aToken({ workspace, revokedAt: new Date() }),
    aToken({ workspace: poor }),
  ]);
  const { secret } = await aToken({ workspace });
  return { full: secret, others: [...others.map((token) => token.secret), mintApiToken('live').secret] };
}

function count(statuses: Map<string, number>, { operation, method }: FuzzRequest, answer: FuzzAnswer | null): void {
  if (!answer) return;
  const of = operation?.method === method ? `${method} ${operation.path}` : 'astray';
  const kind = answer.status < 300 ? '2xx' : String(answer.status);
  statuses.set(`${of} ${kind}`, (statuses.get(`${of} ${kind}`) ?? 0) + 1);
}

function describeStatuses(statuses: Map<string, number>): string {
  return [...statuses]
    .sort(([left], [right]) => left.localeCompare(right))
    .map((entry) => entry.join(': '))
    .join('\n');
}
