import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { useApi } from '../support/use-api.js';

const assets = path.resolve(import.meta.dirname, '../../apps/console/dist/assets');
const script = readdirSync(assets).find((name) => /^index-.*\.js$/.test(name)) ?? 'none';

describe('the console’s page', () => {
  const api = useApi();

  it.each(['/', '/sign-in', '/account/security', '/workspaces/ws_01m82nw2zbe008ytd69596mhp2/api-tokens'])(
    'stands at %s, takes scripts of this server alone and is framed by nobody',
    async (address) => {
      const { status, headers, text } = await api.call(address);
      expect(status).toBe(200);
      expect(headers['content-type']).toBe('text/html; charset=utf-8');
      expect(headers['cache-control']).toBe('no-store');
      const policy = String(headers['content-security-policy']);
      expect(policy).toContain(`default-src 'none'; script-src 'self'; `);
      expect(policy).toContain(`frame-ancestors 'none'`);
      expect(policy).not.toContain('unsafe');
      expect(text).not.toMatch(/<script(?![^>]*\bsrc=)|<style|https?:/);
    },
  );

  it('has a nonce of its own in each answer, the one that its policy names', async () => {
    const answers = await Promise.all([api.call('/sign-in'), api.call('/sign-in')]);
    const nonces = answers.map(({ headers, text }) => {
      const nonce = /'nonce-([A-Za-z0-9+/=]{24})'/.exec(String(headers['content-security-policy']))?.[1] ?? 'none';
      expect(text).toContain(`nonce="${nonce}"`);
      return nonce;
    });
    expect(new Set(nonces).size).toBe(2);
  });

  it('leaves addresses that it does not have to the API’s own 404', async () => {
    for (const address of ['/nowhere', '/account/security/more', '/invitations', '/assets', '/assets/none.js']) {
      const { status, error } = await api.call(address).then((answer) => ({
        status: answer.status,
        error: JSON.parse(answer.text) as { error: { code: string } },
      }));
      expect([address, status, error.error.code]).toEqual([address, 404, 'not_found']);
    }
  });
});

describe('a file of the console', () => {
  const api = useApi();

  it('is kept for good, since its name changes with its contents', async () => {
    const { status, headers } = await api.call(`/assets/${script}`);
    expect(status).toBe(200);
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(headers['content-type']).toMatch(/^(text|application)\/javascript/);
  });

  it.each([
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
  ])('comes compressed as %s to who takes that, and is the same file', async (encoding, decompress) => {
    const response = await fetch(`${api.process.baseUrl}/assets/${script}`, {
      method: 'HEAD',
      headers: { 'Accept-Encoding': encoding },
    });
    expect(response.headers.get('content-encoding')).toBe(encoding);
    expect(response.headers.get('vary')).toMatch(/accept-encoding/i);
    const suffix = encoding === 'br' ? 'br' : 'gz';
    const original = readFileSync(path.join(assets, script));
    expect(decompress(readFileSync(path.join(assets, `${script}.${suffix}`))).equals(original)).toBe(true);
    expect(Number(response.headers.get('content-length'))).toBeLessThan(original.length / 2);
  });

  it.each([
    '/assets/..%2Findex.html',
    '/assets/%2e%2e%2f%2e%2e%2fpackage.json',
    '/assets/..%5c.inputs',
    '/assets/.inputs',
  ])('is never one from outside of the folder: %s', async (address) => {
    expect((await api.call(address)).status).toBe(404);
  });
});
