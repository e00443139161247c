import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OpenApiService } from '../../apps/api/src/openapi/openapi.service.js';
import { openApplication, type TestApplication } from '../support/api-application.js';
import type { Access } from '../../apps/api/src/http/access.js';
import { registeredRoutes } from '../support/registered-routes.js';

interface Operation {
  operationId: string;
  security: Record<string, string[]>[];
  'x-required-scopes'?: string[];
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { securitySchemes: object };
}

/** What is published; `npx vitest run test/contract/openapi.spec.ts -u` writes it anew. */
const published = path.resolve(import.meta.dirname, '../../docs/openapi.json');
/** A path that is not the console's own. */
const isPublic = ({ access }: { access: Access }) =>
  access.kind === 'token' || (access.kind === 'public' && access.isConsole !== true);

let application: TestApplication;
let document: Document;
beforeAll(async () => {
  application = await openApplication();
  document = JSON.parse(application.app.get(OpenApiService, { strict: false }).text) as Document;
});
afterAll(() => application.close());

describe('the OpenAPI document', () => {
  it('has every route that is not the console’s, with the scopes that guard it, and no other', async () => {
    const routes = (await registeredRoutes()).filter(isPublic).map(({ method, path: url, access }) => {
      const scopes = access.kind === 'token' ? access.scopes : null;
      return `${method} ${url.replaceAll(/:(\w+)/g, '{$1}')} ${JSON.stringify(scopes)}`;
    });
    const described = Object.entries(document.paths).flatMap(([url, operations]) =>
      Object.entries(operations).map(
        ([method, operation]) =>
          `${method.toUpperCase()} ${url} ${JSON.stringify(operation['x-required-scopes'] ?? null)}`,
      ),
    );
    expect(described.sort()).toEqual(routes.sort());
  });

  it('names each operation once', () => {
    const ids = Object.values(document.paths).flatMap((operations) =>
      Object.values(operations).map(({ operationId }) => operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('names no security scheme that it does not define', () => {
    const operations = Object.values(document.paths).flatMap((each) => Object.values(each));
    const named = operations.flatMap(({ security }) => security.flatMap((each) => Object.keys(each)));
    expect(new Set(named)).toEqual(new Set(Object.keys(document.components.securitySchemes)));
  });

  it('is the one that is published', async () => {
    await expect(`${JSON.stringify(document, null, 2)}\n`).toMatchFileSnapshot(published);
  });
});
