import { readFileSync } from 'node:fs';
import path from 'node:path';
import { scopes } from '@calkeep/contract';
import { expect, it } from 'vitest';
import { aToken, aWorkspace } from '../support/builders.js';
import { useApi } from '../support/use-api.js';

interface Document {
  paths: Record<string, Record<string, Operation>>;
}
interface Operation {
  requestBody?: { content: { 'application/json': { examples: Record<string, { value: object }> } } };
  responses: Record<string, unknown>;
}

const file = path.resolve(import.meta.dirname, '../../docs/openapi.json');
const { paths } = JSON.parse(readFileSync(file, 'utf8')) as Document;
const examples = Object.entries(paths).flatMap(([template, operations]) =>
  Object.entries(operations).flatMap(([method, { requestBody, responses }]) =>
    Object.entries(requestBody?.content['application/json'].examples ?? {}).map(([name, { value }]) => ({
      method: method.toUpperCase(),
      template,
      name,
      value,
      successes: Object.keys(responses).filter((status) => status.startsWith('2')),
    })),
  ),
);
/** Signed by GitHub: its own tests send one. */
const withoutExample = new Set(['/api/v1/secret-scanning/github']);
/** What objects that examples are about are made of. */
const firsts: Record<string, object> = {
  contacts: { firstName: 'Ada' },
  tasks: { title: 'Send the offer' },
};

const api = useApi();

it('has an example for every body', () => {
  const withBody = Object.entries(paths).flatMap(([template, operations]) =>
    Object.values(operations).some(({ requestBody }) => requestBody) ? [template] : [],
  );
  const covered = new Set(examples.map(({ template }) => template));
  expect(withBody.filter((template) => !covered.has(template) && !withoutExample.has(template))).toEqual([]);
});

// The caller checks each answer against the document.
it.each(examples)('$method $template: “$name” works as it stands', async ({ method, template, value, successes }) => {
  const { secret: token } = await aToken({ workspace: await aWorkspace(), scopes });
  const create = async (resource: string) => {
    const body = JSON.stringify(firsts[resource]);
    const { headers } = await api.call(`/api/v1/${resource}`, { method: 'POST', token, body });
    return String(headers['location']).split('/').at(-1) ?? '';
  };
  const resource = template.split('/')[3] ?? '';
  const url = template.includes('{id}') ? template.replace('{id}', await create(resource)) : template;
  // An id in an example stands for one of the reader's own.
  const own = JSON.stringify(value).includes('con_') ? await create('contacts') : '';
  const body = JSON.stringify(value).replaceAll(/con_[0-9a-z]{26}/g, own);

  const answer = await api.call(url, { method, token, body });

  expect([String(answer.status), answer.text]).toEqual([successes[0], expect.anything()]);
});
