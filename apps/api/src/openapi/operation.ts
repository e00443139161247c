import { errorCatalogue, errorPagePath, type ErrorCode } from '@calkeep/contract';
import type { DescribedRoute } from './described-routes.js';
import { headerReferences, headersOf } from './headers.js';
import type { JsonSchema, JsonSchemas } from './json-schemas.js';
import { refusalsOf } from './refusals.js';
import { sampleOf } from './sample.js';

const notModified = 304;

export interface OperationContext {
  readonly schemas: JsonSchemas;
  /** Where answers that refuse are kept, for all operations. */
  readonly refusals: Map<string, object>;
  readonly tag: string;
}

/** A route as an Operation Object of OpenAPI 3.1. */
export function operationOf(route: DescribedRoute, { schemas, refusals, tag }: OperationContext): object {
  const { description, access } = route;
  return {
    operationId: description.id,
    summary: description.summary,
    description: detailsOf(route),
    tags: [tag],
    security: access.kind === 'token' ? [{ apiToken: [...access.scopes] }] : [],
    ...(access.kind === 'token' && { 'x-required-scopes': [...access.scopes] }),
    parameters: parametersOf(route, schemas),
    ...(route.body && { requestBody: bodyOf(route, schemas.of(route.body, 'input')) }),
    responses: { ...successesOf(route, schemas), ...refusalReferences(route, refusals) },
  };
}

function detailsOf({ description: { summary, details }, access }: DescribedRoute): string {
  const scopes = access.kind === 'token' ? access.scopes.map((scope) => `\`${scope}\``).join(', ') : '';
  const needs =
    access.kind === 'public' ? 'No token is needed.' : scopes === '' ? 'Any token will do.' : `Scope: ${scopes}.`;
  return `${details ?? `${summary}.`}\n\n${needs}`;
}

function parametersOf(route: DescribedRoute, schemas: JsonSchemas): object[] {
  const inPath = [...route.path.matchAll(/:(\w+)/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    description: 'Malformed, unknown and another workspace’s are one and the same 404.',
    schema: { type: 'string' },
  }));
  const headers = ['X-Request-Id', ...(route.description.takes ?? [])];
  const isOurs = route.access.kind === 'token' || route.access.isEnveloped;
  return [
    ...inPath,
    ...(route.query ? queryParameters(schemas.of(route.query, 'input')) : []),
    ...(isOurs ? headers.map((name) => ({ $ref: `#/components/parameters/${name}` })) : []),
  ];
}

function queryParameters({ properties = {}, required = [] }: JsonSchema): object[] {
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...schema }: JsonSchema = property as JsonSchema;
    return { name, in: 'query', required: required.includes(name), ...(description && { description }), schema };
  });
}

function bodyOf({ description: { examples = {} } }: DescribedRoute, schema: JsonSchema): object {
  const named: Record<string, object> = {};
  for (const [summary, value] of Object.entries(examples)) named[summary.replaceAll(/\W+/g, '-')] = { summary, value };
  return { required: true, content: { 'application/json': { schema, examples: named } } };
}

function successesOf(route: DescribedRoute, schemas: JsonSchemas): Record<string, object> {
  const { status, description } = route;
  const answers: Record<string, object> = { [status]: successOf(route, schemas) };
  if (description.takes?.includes('If-None-Match'))
    answers[notModified] = {
      description: 'You have it already: the object has not changed.',
      headers: headerReferences(headersOf(route, notModified)),
    };
  return answers;
}

function successOf(route: DescribedRoute, schemas: JsonSchemas): object {
  const { access, description, status } = route;
  const answer = { description: `${description.summary}.`, headers: headerReferences(headersOf(route, status)) };
  if (description.answer === null) return answer;
  const data = schemas.of(description.answer, 'output');
  const isEnveloped = access.kind === 'token' || access.isEnveloped;
  const schema = isEnveloped ? envelopeOf(data) : data;
  const example = sampleOf(schema, schemas.shared);
  return { ...answer, content: { [description.mediaType ?? 'application/json']: { schema, example } } };
}

function envelopeOf(data: JsonSchema): JsonSchema {
  return {
    type: 'object',
    properties: { success: { type: 'boolean', const: true }, data, meta: { $ref: '#/components/schemas/Meta' } },
    required: ['success', 'data', 'meta'],
  };
}

/** One answer a status, which stands once for all routes that refuse with the same codes. */
function refusalReferences(route: DescribedRoute, refusals: Map<string, object>): Record<string, object> {
  const all = refusalsOf(route);
  const statuses = new Set(all.map((code) => errorCatalogue[code].status));
  const references = [...statuses].map((status) => {
    const codes = all.filter((code) => errorCatalogue[code].status === status).sort();
    const name = [
      status,
      ...codes,
      ...(route.access.kind === 'token' ? [] : ['without_token']),
      ...(route.description.takes?.includes('Idempotency-Key') ? ['keyed'] : []),
    ].join('-');
    if (!refusals.has(name)) refusals.set(name, errorOf(route, { status, codes }));
    return [status, { $ref: `#/components/responses/${name}` }] as const;
  });
  return Object.fromEntries(references);
}

function errorOf(route: DescribedRoute, { status, codes }: { status: number; codes: ErrorCode[] }): object {
  const code = { enum: codes };
  const narrowed = { type: 'object', properties: { error: { type: 'object', properties: { code } } } };
  return {
    description: codes.map((each) => `\`${each}\`: ${errorCatalogue[each].message}`).join('\n\n'),
    headers: headerReferences(headersOf(route, status)),
    content: {
      'application/json': {
        schema: { allOf: [{ $ref: '#/components/schemas/Error' }, narrowed] },
        examples: Object.fromEntries(codes.map((each) => [each, { value: errorExample(each) }])),
      },
    },
  };
}

const requestId = 'req_01m83fwzp8fk09ngzfhh7rv68m';

function errorExample(code: ErrorCode): object {
  const { message } = errorCatalogue[code];
  const docs = `http://localhost:3000${errorPagePath(code)}`;
  return { success: false, error: { code, message, requestId, docs }, meta: { apiVersion: 'v1', requestId } };
}
