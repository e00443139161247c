import { errorEnvelope, meta } from '@calkeep/contract';
import type { DescribedRoute } from './described-routes.js';
import { answerHeaders, requestHeaders } from './headers.js';
import { JsonSchemas } from './json-schemas.js';
import { operationOf } from './operation.js';

export interface DocumentOptions {
  readonly version: string;
  /** Of the server that hands the document out. */
  readonly url: string;
}

const introduction = `The public API of a workspace: its contacts, bookings, tasks, reminders and connected calendars.

Every answer has one envelope and a request id; every error a code, whose page \`error.docs\` names. A token belongs to one
workspace and sees no other. Methods that a path does not have are 405 with \`Allow\`; \`HEAD\` works wherever \`GET\` does.

The guide is at [/docs/integrators.md](/docs/integrators.md), in one piece for machines at [/llms.txt](/llms.txt).`;

const tags = [
  { name: 'Token', description: 'The token that calls, and tokens that leaked.' },
  { name: 'Workspace', description: 'The workspace that the token belongs to.' },
  { name: 'Contacts', description: 'People, and what is known of them.' },
  { name: 'Bookings', description: 'Meetings that were booked.' },
  { name: 'Tasks', description: 'What is to be done.' },
  { name: 'Reminders', description: 'What is to be remembered, about a contact, a booking or a task.' },
  { name: 'Calendar health', description: 'Whether connected calendars are in step.' },
  { name: 'Operations', description: 'For whoever runs the server.' },
  { name: 'Documentation', description: 'Guides, pages of errors, and this document.' },
  { name: 'Formats', description: 'Published formats and keys.' },
];

/** By the part of the path that says what it is about. */
const tagByPart: Readonly<Record<string, string>> = {
  me: 'Token',
  explain: 'Token',
  'token-revocations': 'Token',
  'secret-scanning': 'Token',
  workspace: 'Workspace',
  contacts: 'Contacts',
  bookings: 'Bookings',
  tasks: 'Tasks',
  reminders: 'Reminders',
  'calendar-health': 'Calendar health',
  health: 'Operations',
  metrics: 'Operations',
  docs: 'Documentation',
  'llms.txt': 'Documentation',
  'openapi.json': 'Documentation',
};

/** The OpenAPI 3.1 document of everything that is not the console's. */
export function openApiDocument(routes: readonly DescribedRoute[], { version, url }: DocumentOptions): object {
  const schemas = new JsonSchemas();
  const refusals = new Map<string, object>();
  // First, for the examples of answers to find them.
  schemas.of(meta, 'output');
  schemas.of(errorEnvelope, 'output');
  const sorted = [...routes].sort((one, other) => one.path.localeCompare(other.path));
  const paths: Record<string, Record<string, object>> = {};
  for (const route of sorted)
    (paths[templateOf(route.path)] ??= {})[route.method] = operationOf(route, {
      schemas,
      refusals,
      tag: tagOf(route.path),
    });
  return {
    openapi: '3.1.0',
    info: {
      title: 'CalKeep API',
      version,
      description: introduction,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      contact: { name: 'The operator of this server', url },
    },
    servers: [{ url, description: 'This server' }],
    tags: tags.filter(({ name }) => sorted.some(({ path }) => tagOf(path) === name)),
    paths,
    components: {
      securitySchemes: {
        apiToken: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'ck_live_… or ck_test_…',
          description: 'An API token.',
        },
      },
      schemas: schemas.shared,
      responses: Object.fromEntries(refusals),
      headers: answerHeaders,
      parameters: requestHeaders,
    },
  };
}

function tagOf(path: string): string {
  const part = path.split('/').find((each) => each in tagByPart);
  return part === undefined ? 'Formats' : (tagByPart[part] ?? 'Formats');
}

/** OpenAPI's braces in the place of the router's colons. */
function templateOf(path: string): string {
  return path.replaceAll(/:(\w+)/g, '{$1}');
}
