import { randomInt } from 'node:crypto';
import { Agent, request } from 'node:http';
import { errorEnvelope, meta, type ErrorCode } from '@calkeep/contract';
import { z } from 'zod';
import { insistOnDocumented } from './documented.js';

const anySuccess = z.strictObject({ success: z.literal(true), data: z.record(z.string(), z.unknown()), meta });
const anyEnvelope = z.discriminatedUnion('success', [anySuccess, errorEnvelope]);

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  /** As it came. */
  text: string;
  /** `data` of a success; throws for an error. */
  data: Record<string, unknown>;
  /** `error` of an error; throws for a success. */
  error: { code: ErrorCode; message: string; requestId: string; docs: string; details?: unknown };
}

export interface CallOptions {
  method?: string;
  token?: string | undefined;
  headers?: Record<string, string | string[]>;
  body?: string;
  /** The caller's address, told by X-Forwarded-For: the processes of the tests trust the loopback for it. */
  address?: string;
  agent?: Agent;
}

export type Call = (path: string, options?: CallOptions) => Promise<Answer>;

/**
 * A caller of one API process. Each answer below /api/v1 is checked to be in the envelope, with the request id
 * of its header, and as the OpenAPI document has it, before a test sees it.
 */
export function callerOf(baseUrl: string, defaults: CallOptions = {}): Call {
  const agent = defaults.agent ?? new Agent({ keepAlive: true, maxSockets: 64 });
  // An address of its own for each caller: tests that fail authentications do not slow each other down.
  const address = defaults.address ?? `10.${randomInt(256)}.${randomInt(256)}.${randomInt(1, 255)}`;
  return async (path, options = {}) => {
    const url = new URL(path, baseUrl);
    const answer = await send(url, { address, agent, ...defaults, ...options });
    insistOnDocumented(options.method ?? 'GET', url, answer);
    const isEnveloped = /^\/(api|app)\//.test(path) && options.method !== 'HEAD' && ![204, 304].includes(answer.status);
    // The one answer that is no envelope is a stream, such as an export.
    const isStream = answer.status === 200 && !String(answer.headers['content-type']).startsWith('application/json');
    return isEnveloped && !isStream ? checked(answer) : answer;
  };
}

function send(url: URL, { method = 'GET', token, headers = {}, body, address, agent }: CallOptions): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      method,
      agent,
      headers: {
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
        ...(address === undefined ? {} : { 'X-Forwarded-For': address }),
        ...(body === undefined
          ? {}
          : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }),
        ...headers,
      },
    });
    sent.once('error', reject);
    sent.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve(answerOf({ status: response.statusCode ?? 0, headers: response.headers, text }));
      });
    });
    sent.end(body);
  });
}

function answerOf({ status, headers, text }: Pick<Answer, 'status' | 'headers' | 'text'>): Answer {
  return {
    status,
    headers,
    text,
    get data() {
      return anySuccess.parse(JSON.parse(text)).data;
    },
    get error() {
      return errorEnvelope.parse(JSON.parse(text)).error as Answer['error'];
    },
  };
}

function checked(answer: Answer): Answer {
  const envelope = anyEnvelope.parse(JSON.parse(answer.text));
  const { requestId } = envelope.meta;
  if (answer.headers['x-calkeep-request-id'] !== requestId) throw new Error('the header has another request id');
  if (envelope.success !== answer.status < 400) throw new Error(`success is ${envelope.success} with ${answer.status}`);
  if (!envelope.success && envelope.error.requestId !== requestId) throw new Error('the error has another request id');
  return answer;
}
