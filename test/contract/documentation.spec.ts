import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { errorCatalogue } from '@calkeep/contract';
import { describe, expect, it } from 'vitest';
import { useApi } from '../support/use-api.js';

const guides = ['integrators', 'admins', 'auditors', 'operators', 'demo', 'errors'];
const codes = Object.entries(errorCatalogue);
const docs = path.resolve(import.meta.dirname, '../../docs');

describe('the documentation that the server hands out', () => {
  const api = useApi({ env: { PUBLIC_URL: 'https://calkeep.example' } });

  it.each(guides)('has %s as a page and as Markdown, the same as in the repository', async (guide) => {
    const page = await api.call(`/docs/${guide}`);
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    const markdown = await api.call(`/docs/${guide}.md`);
    expect([markdown.status, markdown.headers['content-type']]).toEqual([200, 'text/markdown; charset=utf-8']);
    if (guide !== 'errors') expect(markdown.text).toBe(await readFile(path.join(docs, `${guide}.md`), 'utf8'));
  });

  it.each(codes)('has a page for the code %s, with its status and what to do', async (code, { status, remedy }) => {
    const { text } = await api.call(`/docs/errors/${code}.md`);
    expect(text).toContain(`# \`${code}\`\n\nHTTP status **${status}**.`);
    expect(text).toContain(remedy.slice(1));
    expect((await api.call(`/docs/errors/${code}`)).status).toBe(200);
  });

  it.each([
    '/docs/nothing',
    '/docs/nothing.md',
    '/docs/errors/nothing',
    '/docs/errors/toString',
    '/docs/assets/x.js',
    '/docs/images/none.png',
    '/docs/images/..%2Fopenapi.json',
  ])('answers 404 for %s', async (url) => {
    expect((await api.call(url)).status).toBe(404);
  });

  it('leads each error to the page of its code', async () => {
    const { error } = await api.call('/api/v1/me');
    expect(error.docs).toBe('https://calkeep.example/docs/errors/invalid_token');
    expect((await api.call(new URL(error.docs).pathname)).status).toBe(200);
  });

  it('links to nothing that is not there', async () => {
    const pages = [
      '/docs',
      ...guides.map((guide) => `/docs/${guide}`),
      ...codes.map(([code]) => `/docs/errors/${code}`),
    ];
    const links = new Set<string>();
    for (const url of pages) {
      const { text } = await api.call(url);
      for (const [, link = ''] of text.matchAll(/(?:href|src)="(\/[^"#]*)/g)) links.add(link);
      const ids = new Set([...text.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id));
      const anchors = [...text.matchAll(/href="#([^"]*)"/g)].map(([, id]) => id);
      expect(anchors.filter((id) => !ids.has(id))).toEqual([]);
    }
    const { text } = await api.call('/llms.txt');
    for (const [, link = ''] of text.matchAll(/\]\(https:\/\/calkeep\.example([^)]*)\)/g)) links.add(link);
    expect(links.size).toBeGreaterThan(codes.length);
    for (const link of links) expect([link, (await api.call(link)).status]).toEqual([link, 200]);
  });

  it.each(['/docs', '/docs/integrators', '/docs/errors/not_found'])(
    'lets %s load nothing from elsewhere, and run no script that stands in it',
    async (url) => {
      const { headers, text } = await api.call(url);
      expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
      expect(text).not.toMatch(
        /<script(?![^>]* src="\/docs\/)|<style|\sstyle=|\son\w+=|(?:src|<link[^>]*href)="https?:/,
      );
    },
  );

  it('has Swagger UI remember the token', async () => {
    expect((await api.call('/docs/assets/swagger.js')).text).toContain('persistAuthorization: true');
  });
});
