import fastifyStatic from '@fastify/static';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { AppModule } from './app.module.js';
import { consoleFiles } from './console/console-files.js';
import { CREDENTIAL_RESOLVER, type CredentialResolver } from './http/credential-resolver.js';
import { EnvelopeExceptionFilter } from './http/exception-filter.js';
import { KnownPaths } from './http/known-paths.js';
import { installPipeline } from './http/pipeline.js';
import { PipelineAdapter } from './http/pipeline-adapter.js';
import { createServer } from './http/server.js';
import { SESSION_RESOLVER, type SessionResolver } from './http/session.js';
import { validationPipe } from './http/validation.js';
import { NestLogger } from './platform/nest-logger.js';
import type { Resources } from './platform/platform.module.js';
import { RequestCounters } from './usage/request-counters.js';
import { RequestMetrics } from './metrics/request-metrics.js';

/** The whole application on a server that does not listen yet. Its resources stay the caller's to close. */
export async function createApplication(resources: Resources, logger: Logger): Promise<NestFastifyApplication> {
  const server = createServer(resources.config, logger);
  await server.register(fastifyStatic, consoleFiles);
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.with(resources), new PipelineAdapter(server), {
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  app.useGlobalPipes(validationPipe);
  app.useGlobalFilters(new EnvelopeExceptionFilter());
  installPipeline(server, {
    resolver: app.get<CredentialResolver>(CREDENTIAL_RESOLVER, { strict: false }),
    sessions: app.get<SessionResolver>(SESSION_RESOLVER, { strict: false }),
    allowedOrigins: new Set([new URL(resources.config.PUBLIC_URL).origin, ...resources.config.WEBAUTHN_ORIGINS]),
    trustedProxies: resources.config.TRUSTED_PROXIES,
    clock: resources.clock,
    logger,
    knownPaths: app.get(KnownPaths, { strict: false }),
    metrics: app.get(RequestMetrics, { strict: false }),
    usage: app.get(RequestCounters, { strict: false }),
  });
  await app.init();
  return app;
}
