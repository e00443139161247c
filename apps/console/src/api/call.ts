import { successEnvelope } from '@calkeep/contract';
import { z } from 'zod';
import { ApiError, apiErrorOf } from './api-error.js';
import { challenge, challengeOf } from './challenges.js';

export interface CallOptions {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly body?: unknown;
  /** Left out where the value is `undefined` or empty. */
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly signal?: AbortSignal;
  /** `false`: a missing session or proof is the caller's to deal with. */
  readonly isChallenged?: boolean;
}

const timeoutMs = 30_000;
/** To sign in again, and, for whoever did so with a recovery code, to prove the second factor. */
const challengesMax = 2;
const envelope = successEnvelope(z.unknown());

/**
 * One call of the app API. Where the session has ended or the proof of the second factor is too old, the person is
 * asked for it on the spot, and the call is made again: what they had typed stays.
 * @returns `data`, as the schema has it.
 * @throws ApiError
 */
export async function call<Schema extends z.ZodType>(
  schema: Schema,
  path: string,
  options: CallOptions = {},
): Promise<z.output<Schema>> {
  const { data } = envelope.parse(await send(path, options));
  return schema.parse(data);
}

/** For what answers 204. @throws ApiError */
export async function callWithoutAnswer(path: string, options: CallOptions): Promise<void> {
  await send(path, options);
}

/** For an answer that is too long to be held as one, such as an export. It may take as long as it takes. @throws ApiError */
export function callForStream(path: string, options: CallOptions): Promise<Response> {
  return challenged(options, () => respond(path, options, []));
}

function send(path: string, options: CallOptions): Promise<unknown> {
  return challenged(options, async () => {
    const response = await respond(path, options, [AbortSignal.timeout(timeoutMs)]);
    return response.status === 204 ? undefined : await jsonOf(response);
  });
}

async function challenged<T>({ isChallenged }: CallOptions, attempt: () => Promise<T>): Promise<T> {
  for (let challengesLeft = isChallenged === false ? 0 : challengesMax; ; challengesLeft -= 1) {
    try {
      return await attempt();
    } catch (error) {
      const kind = challengeOf(error);
      if (kind === null || challengesLeft === 0 || !(await challenge(kind))) throw error;
    }
  }
}

async function respond(
  path: string,
  { method = 'GET', body, query, signal }: CallOptions,
  bounds: readonly AbortSignal[],
): Promise<Response> {
  const response = await answerOf(`${path}${queryText(query)}`, {
    method,
    headers: {
      Accept: 'application/json',
      'X-CalKeep-Csrf': '1',
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.any([...bounds, ...(signal ? [signal] : [])]),
  });
  if (!response.ok) throw apiErrorOf(response, await jsonOf(response));
  return response;
}

function jsonOf(response: Response): Promise<unknown> {
  return response.json().catch(() => undefined);
}

async function answerOf(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (cause) {
    if (init.signal?.aborted && cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new ApiError('unreachable', 'The server cannot be reached. Check your connection and try again.', { cause });
  }
}

export function queryText(query: CallOptions['query'] = {}): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, String(value)]],
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}
