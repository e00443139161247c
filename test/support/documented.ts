import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { Answer } from './client.js';

interface Documented {
  headers?: Record<string, { $ref: string }>;
  content?: Record<string, object>;
}
interface Document {
  paths: Record<string, Record<string, { responses: Record<string, Documented & { $ref?: string }> }>>;
  components: { responses: Record<string, Documented>; headers: Record<string, { required?: boolean }> };
}

const file = path.resolve(import.meta.dirname, '../../docs/openapi.json');
const document = JSON.parse(readFileSync(file, 'utf8')) as Document;
const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
ajv.addSchema(document, 'openapi');
const templates = Object.keys(document.paths).map((template) => ({
  template,
  pattern: new RegExp(`^${template.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
}));
const headerNames = new Map(Object.keys(document.components.headers).map((name) => [name.toLowerCase(), name]));

/**
 * Invariant: what the public API (below /api) answers in a test is what the published document says, status, headers and body.
 * @throws Error for an answer that is not documented.
 */
export function insistOnDocumented(method: string, url: URL, answer: Answer): void {
  // Pages for people and formats for operators have answers of their own kinds.
  if (!url.pathname.startsWith('/api/')) return;
  const template = templates.find(({ pattern }) => pattern.test(url.pathname))?.template;
  const operation = document.paths[template ?? '']?.[method.toLowerCase()];
  // What has no route has no place in the document: 404 and 405 are told of for all of them.
  if (template === undefined || !operation) return;
  const where = `${method} ${template} → ${answer.status}`;
  const entry = operation.responses[answer.status];
  if (!entry) throw new Error(`${where} is not documented: ${answer.text}`);
  const name = entry.$ref?.split('/').at(-1);
  const documented = name === undefined ? entry : document.components.responses[name];
  const pointer =
    name === undefined
      ? `paths/${escape(template)}/${method.toLowerCase()}/responses/${answer.status}`
      : `components/responses/${escape(name)}`;
  checkHeaders(where, documented?.headers ?? {}, answer);
  checkBody(where, pointer, documented?.content, answer.text);
}

function checkHeaders(where: string, documented: NonNullable<Documented['headers']>, { headers }: Answer): void {
  for (const [lower, name] of headerNames) {
    const isThere = headers[lower] !== undefined;
    if (isThere && !(name in documented)) throw new Error(`${where} has ${name}, which is not documented`);
    const isRequired = name in documented && document.components.headers[name]?.required === true;
    if (!isThere && isRequired) throw new Error(`${where} lacks ${name}`);
  }
}

function checkBody(where: string, pointer: string, content: Documented['content'], text: string): void {
  if (!content) {
    if (text !== '') throw new Error(`${where} has a body, which is not documented: ${text}`);
    return;
  }
  if (!('application/json' in content)) return;
  const validate = ajv.getSchema(`openapi#/${pointer}/content/application~1json/schema`);
  if (!validate) throw new Error(`${where} has no schema`);
  if (validate(JSON.parse(text)) !== true)
    throw new Error(`${where} is not as documented: ${ajv.errorsText(validate.errors)}\n${text}`);
}

/** As a JSON Pointer in a URI fragment has it (RFC 6901, section 6). */
function escape(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
}
