import type { IncomingMessage, ServerResponse } from 'node:http';
import proxyAddr from '@fastify/proxy-addr';
import { apiVersion } from '@calkeep/contract';
import type { AppError } from '@calkeep/platform';
import { parseApiToken } from '@calkeep/security';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { invalidToken } from './bearer.js';
import { callerAddress } from './caller-address.js';
import { jsonContentType } from './envelope.js';
import { errorEnvelope } from './errors.js';
import type { FailureBrake } from './failure-brake.js';
import { newRequestId } from './request-context.js';
import type { RequestLog } from './request-log.js';
import { repeatedHeader } from './strict-request.js';

export interface EarlyRefusalsOptions {
  server: FastifyInstance;
  brake: FailureBrake;
  /** As Fastify's trustProxy. */
  trustedProxies: readonly string[];
  log: RequestLog;
  metrics: { observe(labels: { method: string; route: string; status: number }, seconds: number): void };
}

const targetsMax = 1_000;
const targetLengthMax = 200;
const scheme = 'Bearer ';
/** Never thrown, so one for all. */
const refusal = invalidToken();
const everyAnswer = ['x-content-type-options', 'nosniff', 'cache-control', 'no-store'];

/**
 * Answers who guesses before Fastify sees the request: a token that fails its checksum cost a third of a good call, and
 * most of that was the way to its refusal. Only what has been refused for its token before is answered here, by its
 * target, so nothing about the target comes first; and only if nothing about the headers would come first either.
 * The rest takes the long way, and gets the same answer (early-refusals.spec.ts).
 */
export class EarlyRefusals {
  readonly #options: EarlyRefusalsOptions;
  readonly #isTrusted: ((address: string, hop: number) => boolean) | null;
  /** Patterns of routes by the targets of GETs that came as far as their token. */
  readonly #routes = new LRUCache<string, string>({ max: targetsMax });
  /** One for each second that the brake can ask for, and one beside. */
  readonly #answers = new Map<AppError, Answer>();
  #isClosing = false;

  constructor(options: EarlyRefusalsOptions) {
    const { server, trustedProxies } = options;
    this.#options = options;
    this.#isTrusted = trustedProxies.length > 0 ? proxyAddr.compile([...trustedProxies]) : null;
    // A closing server tells its callers to close their connections: that is Fastify's.
    server.addHook('preClose', async () => void (this.#isClosing = true));
    const { server: http } = server;
    const handlers = http.listeners('request') as ((request: IncomingMessage, response: ServerResponse) => void)[];
    http.removeAllListeners('request');
    http.on('request', (request: IncomingMessage, response: ServerResponse) => {
      if (!this.#answer(request, response)) for (const handle of handlers) handle(request, response);
    });
  }

  /** Told of each request that was refused for its token. */
  learn({ raw, method, routeOptions }: FastifyRequest): void {
    const { url = '' } = raw;
    const route = routeOptions.url;
    if (method === 'GET' && route !== undefined && url.length <= targetLengthMax) this.#routes.set(url, route);
  }

  /** @returns the route of a request that is to be refused here; `null` for every other one. */
  #routeOfRefused({ method, url = '', headers, rawHeaders }: IncomingMessage): string | null {
    const { authorization, host } = headers;
    if (method !== 'GET' || !authorization?.startsWith(scheme) || this.#isClosing) return null;
    const route = this.#routes.get(url);
    if (route === undefined || !isMadeUp(authorization.slice(scheme.length))) return null;
    const isPlain = host !== undefined && headers['x-request-id'] === undefined && repeatedHeader(rawHeaders) === null;
    return isPlain ? route : null;
  }

  /** @returns whether it did. */
  #answer(request: IncomingMessage, response: ServerResponse): boolean {
    const route = this.#routeOfRefused(request);
    if (route === null) return false;
    const startedAt = performance.now();
    const { brake, metrics, log } = this.#options;
    const error = brake.answer(refusal, callerAddress(this.#addressOf(request)));
    const requestId = newRequestId();
    const { headers, start, middle, end } = this.#answerOf(error);
    const body = start + requestId + middle + requestId + end;
    response.writeHead(error.status, [...headers, String(body.length), 'x-calkeep-request-id', requestId]).end(body);
    const ms = performance.now() - startedAt;
    metrics.observe({ method: 'GET', route, status: error.status }, ms / 1000);
    log.add({ requestId, method: 'GET', route, status: error.status, ms });
    return true;
  }

  #addressOf(request: IncomingMessage): string {
    return this.#isTrusted ? proxyAddr(request, this.#isTrusted) : (request.socket.remoteAddress ?? '');
  }

  #answerOf(error: AppError): Answer {
    const known = this.#answers.get(error);
    if (known) return known;
    const answer = answerOf(error, this.#options.server.publicUrl);
    this.#answers.set(error, answer);
    return answer;
  }
}

/** A refusal but for the request's id, which its body has twice. ASCII: the catalogue's texts. */
interface Answer {
  /** The last one, the length, without its value. */
  readonly headers: readonly string[];
  readonly start: string;
  readonly middle: string;
  readonly end: string;
}

function answerOf(error: AppError, publicUrl: string): Answer {
  const requestId = newRequestId();
  const parts = JSON.stringify(errorEnvelope(error, { apiVersion, requestId }, publicUrl)).split(requestId);
  const [start, middle, end] = parts;
  if (start === undefined || middle === undefined || end === undefined || parts.length !== 3)
    throw new Error('the body of an error has its request id twice');
  const own = Object.entries(error.headers).flatMap(([name, value]) => [name.toLowerCase(), value]);
  const headers = [...everyAnswer, ...own, 'content-type', jsonContentType, 'content-length'];
  return { headers, start, middle, end };
}

/** A token by its beginning, and none that was ever minted. */
function isMadeUp(credential: string): boolean {
  return credential.startsWith('ck_') && parseApiToken(credential) === null;
}
