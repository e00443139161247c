import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Access } from '../../apps/api/src/http/access.js';
import { openApplication } from './api-application.js';
import type { FastifyInstance } from 'fastify';

export interface RegisteredRoute {
  method: string;
  path: string;
  access: Access;
}

/** Every route of the application as its server knows it, HEAD beside GET left out. */
export async function registeredRoutes(): Promise<RegisteredRoute[]> {
  const routes: RegisteredRoute[] = [];
  const watch = (message: unknown) => {
    (message as { fastify: FastifyInstance }).fastify.addHook('onRoute', ({ method, url, config }) => {
      if (!config?.access) throw new Error(`${url} has no access`);
      for (const name of [method].flat())
        if (name !== 'HEAD') routes.push({ method: name, path: url, access: config.access });
    });
  };
  subscribe('fastify.initialization', watch);
  try {
    const { close } = await openApplication();
    await close();
  } finally {
    unsubscribe('fastify.initialization', watch);
  }
  return routes.sort((a, b) => `${a.path} ${a.method}`.localeCompare(`${b.path} ${b.method}`));
}
