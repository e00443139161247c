import 'reflect-metadata';
import { loadConfig, systemClock } from '@calkeep/platform';
import { Controller, Get, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import {
  Anonymous,
  AnyToken,
  NeedsApiTokens,
  RecentMfa,
  SignedIn,
  WorkspaceRoles,
  type Access,
} from '../../apps/api/src/http/access.js';
import { KnownPaths } from '../../apps/api/src/http/known-paths.js';
import { installPipeline } from '../../apps/api/src/http/pipeline.js';
import { PipelineAdapter } from '../../apps/api/src/http/pipeline-adapter.js';
import { createServer } from '../../apps/api/src/http/server.js';

@Controller('things')
class DeclaredController {
  @Get()
  @AnyToken()
  list(): string[] {
    return [];
  }
}

@Controller('things')
class ForgetfulController {
  @Get()
  @AnyToken()
  list(): string[] {
    return [];
  }

  @Get('secret')
  secret(): string[] {
    return [];
  }
}

@Controller('app/things')
class TokenOnAppController {
  @Get()
  @AnyToken()
  list(): string[] {
    return [];
  }
}

@Controller('api/v1/things')
class SessionOnApiController {
  @Get()
  @SignedIn()
  list(): string[] {
    return [];
  }
}

@Controller('app/workspaces/:ws/things')
class RolelessController {
  @Get()
  @SignedIn()
  list(): string[] {
    return [];
  }
}

@Controller('app/things')
class StepUpWithoutSessionController {
  @Get()
  @RecentMfa()
  @Anonymous()
  list(): string[] {
    return [];
  }
}

@Controller('app/workspaces/:ws/things')
class DeclaredAppController {
  @Get('above')
  @RecentMfa()
  @NeedsApiTokens()
  @WorkspaceRoles('owner')
  above(): string[] {
    return [];
  }

  @Get('below')
  @WorkspaceRoles('owner')
  @RecentMfa()
  @NeedsApiTokens()
  below(): string[] {
    return [];
  }
}

it.each([
  ['declares no access', ForgetfulController, /route GET \/things\/secret does not declare its access/],
  ['takes tokens on the app API', TokenOnAppController, /GET \/app\/things asks for the credential of another surface/],
  ['takes sessions on the public API', SessionOnApiController, /GET \/api\/v1\/things asks for the credential/],
  ['is about a workspace and names no role', RolelessController, /is about a workspace without naming roles/],
  ['asks for a second factor of nobody', StepUpWithoutSessionController, /asks more of a session/],
])('does not boot with a route that %s, and says which', async (_what, controller, message) => {
  await expect(boot(controller)).rejects.toThrow(message);
});

it('boots when every route declares its access', async () => {
  await expect(boot(DeclaredController)).resolves.toEqual([{ kind: 'token', scopes: [] }]);
});

it('asks for the step-up wherever its decorator stands', async () => {
  const access = { kind: 'session', stage: 'complete', roles: ['owner'], recentMfa: 'always', needsApiTokens: true };
  await expect(boot(DeclaredAppController)).resolves.toEqual([access, access]);
});

/** @returns the access of its routes. */
async function boot(controller: Type): Promise<(Access | undefined)[]> {
  @Module({ controllers: [controller] })
  class TinyModule {}

  const config = loadConfig({
    DATABASE_URL: 'postgres://app@localhost/none',
    REDIS_URL: 'none',
    TOKEN_PEPPERS: 'unused',
    SEALING_KEYS: 'unused',
    AUDIT_SIGNING_KEYS: 'unused',
  });
  const logger = pino({ level: 'silent' });
  const server = createServer(config, logger);
  const declared: (Access | undefined)[] = [];
  server.addHook('onRoute', ({ method, config }) => void (method === 'GET' && declared.push(config?.access)));
  installPipeline(server, {
    resolver: { admit: () => Promise.reject(new Error('nobody calls')) },
    sessions: { find: async () => null, findMembership: async () => null },
    knownPaths: new KnownPaths(),
    allowedOrigins: new Set(),
    trustedProxies: [],
    clock: systemClock,
    logger,
    metrics: { observe: () => undefined },
    usage: { count: () => undefined },
  });
  const app = await NestFactory.create(TinyModule, new PipelineAdapter(server), { logger: false, abortOnError: false });
  try {
    await app.init();
    return declared;
  } finally {
    await app.close();
  }
}
