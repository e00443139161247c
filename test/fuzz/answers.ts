import { Agent, request } from 'node:http';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { errorEnvelope } from '@calkeep/contract';
import type { Operation, Schema } from './document.js';
import type { FuzzRequest } from './requests.js';

export interface FuzzAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

export function sendFuzz(baseUrl: string, { method, target, headers, body }: FuzzRequest): Promise<FuzzAnswer> {
  const { hostname, port } = new URL(baseUrl);
  return new Promise((resolve, reject) => {
    const length = body === null ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const sent = request({ hostname, port, agent, method, path: target, headers: { ...headers, ...length } });
    sent.setTimeout(20_000, () => sent.destroy(new Error('no answer for 20 s')));
    sent.once('error', reject);
    sent.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString(),
        }),
      );
    });
    sent.end(body ?? undefined);
  });
}

/** Holds answers against the document. */
export class Judge {
  readonly #ajv = addFormats.default(new Ajv2020({ strict: false, allErrors: true }));
  readonly #compiled = new Map<Schema, ValidateFunction>();

  /** What is wrong with an answer; empty for one that is as it must be. */
  faultsOf({ operation, method, target }: FuzzRequest, answer: FuzzAnswer): string[] {
    const { status, headers, text } = answer;
    const faults: string[] = [];
    if (status >= 500) faults.push(`status ${status}`);
    if (headers['server'] !== undefined || headers['x-powered-by'] !== undefined) faults.push('names its software');
    if (headers['x-content-type-options'] !== 'nosniff') faults.push('no nosniff');
    if (headers['x-injected'] !== undefined) faults.push('a header was injected');
    if (status === 204 || status === 304 || method === 'HEAD') return text === '' ? faults : [...faults, 'has a body'];
    if (operation === null && !/^\/(api|app)\//.test(target)) return faults;
    return [...faults, ...this.#envelopeFaults(answer), ...this.#documentFaults(operation, method, answer)];
  }

  #envelopeFaults({ status, headers, text }: FuzzAnswer): string[] {
    const parsed = parse(text);
    if (parsed === undefined) return ['is no JSON'];
    const { success, meta } = parsed as { success?: unknown; meta?: { requestId?: unknown } };
    const faults = [];
    if (success !== status < 400) faults.push('says the wrong success');
    if (meta?.requestId !== headers['x-calkeep-request-id']) faults.push('has two request ids');
    if (status >= 400 && !errorEnvelope.safeParse(parsed).success) faults.push('is no error envelope');
    return faults;
  }

  #documentFaults(operation: Operation | null, method: string, { status, text }: FuzzAnswer): string[] {
    if (operation?.method !== method) return [];
    const schema = operation.responses.get(status);
    if (schema === undefined) return [`${status} is not documented`];
    if (schema === null) return [];
    const validate = this.#validatorOf(schema);
    return validate(parse(text)) ? [] : [`against the document: ${this.#ajv.errorsText(validate.errors)}`];
  }

  #validatorOf(schema: Schema): ValidateFunction {
    const known = this.#compiled.get(schema);
    if (known) return known;
    const compiled = this.#ajv.compile(schema);
    this.#compiled.set(schema, compiled);
    return compiled;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
