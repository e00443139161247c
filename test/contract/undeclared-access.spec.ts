import 'reflect-metadata';
import { loadConfig, systemClock } from '@calkeep/platform';
import { Controller, Get, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { AnyToken } from '../../apps/api/src/http/access.js';
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

it('does not boot with a route that declares no access, and says which', async () => {
  await expect(boot(ForgetfulController)).rejects.toThrow(/route GET \/things\/secret does not declare its access/);
});

it('boots when every route declares its access', async () => {
  await expect(boot(DeclaredController)).resolves.toBeUndefined();
});

async function boot(controller: Type): Promise<void> {
  @Module({ controllers: [controller] })
  class TinyModule {}

  const config = loadConfig({
    DATABASE_URL: 'postgres://app@localhost/none',
    REDIS_URL: 'none',
    TOKEN_PEPPERS: 'unused',
  });
  const server = createServer(config, pino({ level: 'silent' }));
  installPipeline(server, {
    resolver: { admit: () => Promise.reject(new Error('nobody calls')) },
    clock: systemClock,
    metrics: { observe: () => undefined },
  });
  const app = await NestFactory.create(TinyModule, new PipelineAdapter(server), { logger: false, abortOnError: false });
  try {
    await app.init();
  } finally {
    await app.close();
  }
}
