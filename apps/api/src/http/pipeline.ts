import type { Clock } from '@calkeep/platform';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { refuseUndeclaredRoutes } from './access.js';
import { Authenticator } from './authenticate.js';
import { SessionGuard } from './admit-session.js';
import type { Admission, CredentialResolver, Limited } from './credential-resolver.js';
import { EarlyRefusals, type EarlyRefusalsOptions } from './early-refusals.js';
import { jsonContentType, wrapInEnvelope } from './envelope.js';
import { sendError } from './errors.js';
import { FailureBrake } from './failure-brake.js';
import type { KnownPaths } from './known-paths.js';
import { openContext } from './request-context.js';
import type { SessionResolver } from './session.js';
import { lineOf, RequestLog } from './request-log.js';
import { acceptOnlyStrictJson, refuseCodedBody } from './strict-json.js';
import { refuseAmbiguousRequest, refuseQueryOfWrite } from './strict-request.js';

export interface PipelineOptions {
  resolver: CredentialResolver;
  sessions: SessionResolver;
  /** Origins of the console beside the server's own. */
  allowedOrigins: ReadonlySet<string>;
  trustedProxies: readonly string[];
  clock: Clock;
  logger: Logger;
  knownPaths: KnownPaths;
  metrics: EarlyRefusalsOptions['metrics'];
  /** Told of each answer to a good token. Must neither fail nor wait. */
  usage: { count(admission: Admission | Limited, status: number): void };
}

/**
 * THE WAY OF A REQUEST, in reading order. The steps are Fastify's hooks and not Nest's guards and
 * interceptors: those would run after the body was read, and cost a sixth of the throughput (ADR 0002).
 * Must be installed before the routes are registered.
 */
export function installPipeline(server: FastifyInstance, options: PipelineOptions): void {
  const { resolver, sessions, allowedOrigins, trustedProxies, clock, knownPaths, metrics, usage } = options;
  const brake = new FailureBrake(clock);
  const log = new RequestLog(options.logger);
  const early = new EarlyRefusals({ server, brake, trustedProxies, metrics, log });
  const authenticator = new Authenticator(resolver, brake, (request) => early.learn(request));
  const sessionGuard = new SessionGuard(sessions, allowedOrigins);
  refuseUndeclaredRoutes(server);
  knownPaths.watch(server);
  acceptOnlyStrictJson(server);

  server.addHook('onRequest', async (request, reply) => {
    openContext(request, reply);
    refuseAmbiguousRequest(request);
    // Before the body is read: what has no route is told so whatever it sends.
    if (knownPaths.isUnrouted(request)) throw knownPaths.refusal(request);
    const access = request.routeOptions.config.access;
    if (access?.kind === 'token') await authenticator.run(request, reply, access);
    else if (access?.kind === 'session') await sessionGuard.run(request, reply, access);
    refuseQueryOfWrite(request);
    refuseCodedBody(request);
    prepareAnswer(request, reply);
  });
  // Here Fastify reads the body, and Nest validates, runs the handler and returns its data.
  // With callbacks, which cost a request three promises less than async functions.
  server.addHook('onSend', (request, reply, payload, done) => done(null, wrapInEnvelope(request, reply, payload)));
  server.addHook('onResponse', (request, reply, done) => {
    const { method, routeOptions } = request;
    const labels = { method, route: routeOptions.url ?? 'none', status: reply.statusCode };
    metrics.observe(labels, reply.elapsedTime / 1000);
    // Without a context, the request was refused by the router.
    const admission = request.context?.admission;
    if (admission) usage.count(admission, reply.statusCode);
    log.add(lineOf(request, reply));
    done();
  });

  server.setNotFoundHandler((request, reply) => sendError(request, reply, knownPaths.refusal(request)));
  server.setErrorHandler((error, request, reply) => sendError(request, reply, error));
}

function prepareAnswer(request: FastifyRequest, reply: FastifyReply): void {
  const access = request.routeOptions.config.access;
  if (access?.kind === 'public' && !access.isEnveloped) request.context.isAnswerComplete = true;
  else reply.type(jsonContentType);
}
