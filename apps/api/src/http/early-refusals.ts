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
import { repeatedHeader } from './strict-request.js';

export interface EarlyRefusalsOptions {
  server: FastifyInstance;
  brake: FailureBrake;
  /** As Fastify's trustProxy. */
  trustedProxies: readonly string[];
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
  readonly #bodies = new Map<string, ErrorBody>();
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
    const { brake, metrics } = this.#options;
    const error = brake.answer(refusal, callerAddress(this.#addressOf(request)));
    const requestId = newRequestId();
    const body = this.#bodyOf(error, requestId);
    const headers = ['x-calkeep-request-id', requestId, ...everyAnswer];
    for (const [name, value] of Object.entries(error.headers)) headers.push(name.toLowerCase(), value);
    headers.push('content-type', jsonContentType, 'content-length', String(body.length));
    response.writeHead(error.status, headers).end(body);
    const ms = performance.now() - startedAt;
    metrics.observe({ method: 'GET', route, status: error.status }, ms / 1000);
    const line = { requestId, method: 'GET', route, status: error.status, ms: Math.round(ms * 100) / 100 };
    this.#options.server.log.info(line);
    return true;
  }

  #addressOf(request: IncomingMessage): string {
    return this.#isTrusted ? proxyAddr(request, this.#isTrusted) : (request.socket.remoteAddress ?? '');
  }

  /** ASCII: the catalogue's texts. */
  #bodyOf(error: AppError, requestId: string): string {
    const known = this.#bodies.get(error.message);
    const [start, middle, end] = known ?? bodyOf(error, this.#options.server.publicUrl);
    if (!known) this.#bodies.set(error.message, [start, middle, end]);
    return start + requestId + middle + requestId + end;
  }
}

/** What stands around the request's id, which a body has twice. */
type ErrorBody = readonly [start: string, middle: string, end: string];

function bodyOf(error: AppError, publicUrl: string): ErrorBody {
  const requestId = newRequestId();
  const parts = JSON.stringify(errorEnvelope(error, { apiVersion, requestId }, publicUrl)).split(requestId);
  const [start, middle, end] = parts;
  if (start === undefined || middle === undefined || end === undefined || parts.length !== 3)
    throw new Error('the body of an error has its request id twice');
  return [start, middle, end];
}

/** A token by its beginning, and none that was ever minted. */
function isMadeUp(credential: string): boolean {
  return credential.startsWith('ck_') && parseApiToken(credential) === null;
}
