import fastify from 'fastify';
import { expect, it } from 'vitest';
import { KnownPaths } from './known-paths.js';

/** What a server with three routes says to a request that none of them takes. */
async function answerTo(method: 'GET' | 'PUT' | 'DELETE' | 'OPTIONS' | 'TRACE', url: string) {
  const server = fastify();
  const knownPaths = new KnownPaths();
  knownPaths.watch(server);
  server.setNotFoundHandler((request, reply) => {
    const { status, headers } = knownPaths.refusal(request);
    return reply.code(status).headers(headers).send();
  });
  const config = { access: { kind: 'public', isEnveloped: false } } as const;
  server.get('/things', { config }, async () => 'list');
  server.post('/things', { config }, async () => 'created');
  server.get('/things/:id', { config }, (_request, reply) => reply.callNotFound());
  const { statusCode, headers } = await server.inject({ method, url });
  return { status: statusCode, allow: headers.allow };
}

it('names every method of a path that exists', async () => {
  expect(await answerTo('DELETE', '/things')).toEqual({ status: 405, allow: 'GET, HEAD, POST' });
  expect(await answerTo('OPTIONS', '/things?a=b')).toEqual({ status: 405, allow: 'GET, HEAD, POST' });
  expect(await answerTo('TRACE', '/things/1')).toEqual({ status: 405, allow: 'GET, HEAD' });
});

it('knows nothing of a path that does not exist, whatever the method', async () => {
  for (const path of ['/', '/thing', '/things/1/2', '//things', '/Things', '/things;x', '/things/'])
    expect(await answerTo('PUT', path), path).toEqual({ status: 404, allow: undefined });
});

it('never says of a method that it is not allowed and allowed', async () => {
  expect(await answerTo('GET', '/things/1')).toEqual({ status: 404, allow: undefined });
});
