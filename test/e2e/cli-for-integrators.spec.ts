import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { spawn } from 'node:child_process';
import { mintApiToken } from '@calkeep/security';
import { describe, expect, it, onTestFinished } from 'vitest';
import { aToken, aWorkspace, someContacts, type TokenOptions } from '../support/builders.js';
import { useApi } from '../support/use-api.js';

const root = path.resolve(import.meta.dirname, '../..');
const api = useApi();

interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the built command as an integrator does, with this token if any. */
function calkeep(args: readonly string[], { token = '', input = '' } = {}): Promise<Ran> {
  const child = spawn(process.execPath, [path.join(root, 'apps/cli/dist/main.js'), ...args], {
    env: { PATH: process.env['PATH'], CALKEEP_URL: api.process.baseUrl, CALKEEP_TOKEN: token },
    stdio: 'pipe',
  });
  const ran = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => (ran.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (ran.stderr += text));
  child.stdin.on('error', () => undefined).end(input);
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...ran })));
}

const aSecret = async (options: TokenOptions = {}) => (await aToken(options)).secret;

describe('calkeep token check', () => {
  it('says of a good token what it is', async () => {
    const workspace = await aWorkspace({ name: 'Globex' });
    const token = await aSecret({ workspace, label: 'Sync', scopes: ['contacts:read', 'tasks:read'] });
    const { code, stdout } = await calkeep(['token', 'check'], { token });
    expect(code).toBe(0);
    expect(stdout).toContain(`Good: ${api.process.baseUrl} accepts it.`);
    expect(stdout).toMatch(/^Token {6}Sync \(ck_live_.{4}…, tok_.{26}\), live$/m);
    expect(stdout).toMatch(/^Workspace {2}Globex \(ws_.{26}\), business$/m);
    expect(stdout).toMatch(/^Scopes {5}contacts:read tasks:read$/m);
    expect(stdout).not.toContain(token);
  });

  it('reads it from standard input', async () => {
    const input = `${await aSecret()}\n`;
    expect(await calkeep(['token', 'check', '--token', '-'], { input })).toMatchObject({ code: 0 });
  });

  it('finds a mistyped one without asking anybody', async () => {
    const token = (await aSecret()).replace(/.$/, (last) => (last === 'a' ? 'b' : 'a'));
    const { code, stdout } = await calkeep(['token', 'check', '--url', 'http://127.0.0.1:9'], { token });
    expect([code, stdout]).toEqual([2, expect.stringContaining('Was it copied whole?')]);
  });

  it('tells one that the server refuses from one that it could not ask about', async () => {
    const token = mintApiToken('test').secret;
    const refused = await calkeep(['token', 'check', '--json'], { token });
    expect([refused.code, JSON.parse(refused.stdout)]).toEqual([
      1,
      expect.objectContaining({ state: 'refused', mode: 'test', status: 401, code: 'invalid_token' }),
    ]);
    const unreachable = await calkeep(['token', 'check', '--url', 'http://127.0.0.1:9', '--json'], { token });
    expect([unreachable.code, JSON.parse(unreachable.stdout)]).toEqual([
      3,
      expect.objectContaining({ state: 'unreachable' }),
    ]);
    const offline = await calkeep(['token', 'check', '--offline', '--json'], { token });
    expect([offline.code, JSON.parse(offline.stdout)]).toEqual([0, { state: 'well-formed', mode: 'test' }]);
  });

  it('asks for a token where there is none', async () => {
    const { code, stderr } = await calkeep(['token', 'check']);
    expect([code, stderr]).toEqual([1, expect.stringContaining('CALKEEP_TOKEN')]);
  });
});

describe('calkeep scopes', () => {
  it('names the smallest set for a file of calls, however they are written', async () => {
    const folder = path.join(root, '.tmp', `scopes-${Math.random()}`);
    await mkdir(folder, { recursive: true });
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = path.join(folder, 'ops.txt');
    await writeFile(
      file,
      '# ours\nGET /contacts\nlistContacts\nget /api/v1/contacts/con_1?x=1\n\nPATCH /tasks/{id} # done\nGET /me\n',
    );
    expect(await calkeep(['scopes', '--openapi', file])).toEqual({
      code: 0,
      stdout: 'contacts:read\ntasks:write\n',
      stderr: '',
    });
  });

  it('says that calls need no scope', async () => {
    expect((await calkeep(['scopes', 'GET /me'])).stdout).toContain('Any token will do');
  });

  it('names what is no call of the API', async () => {
    const { code, stdout, stderr } = await calkeep(['scopes', 'GET /contacts', 'DELETE /contacts/con_1', 'nonsense']);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('DELETE /contacts/con_1');
    expect(stderr).toContain('nonsense');
  });

  it('gives them to scripts', async () => {
    const { stdout } = await calkeep(['scopes', '--openapi', '-', '--json'], { input: 'createTask' });
    expect(JSON.parse(stdout)).toEqual({
      scopes: ['tasks:write'],
      calls: [{ id: 'createTask', method: 'POST', path: '/api/v1/tasks', scopes: ['tasks:write'] }],
    });
  });
});

describe('calkeep api', () => {
  it('walks a list to its end, one object a line', async () => {
    const workspace = await aWorkspace();
    const ids = await someContacts(workspace, 7);
    const { code, stdout } = await calkeep(['api', 'GET', '/contacts?limit=3', '--all'], {
      token: await aSecret({ workspace }),
    });
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { id: string }).id)).toEqual(ids);
  });

  it('sends a body, and tells what else the answer says', async () => {
    const { code, stdout, stderr } = await calkeep(
      ['api', 'post', '/api/v1/tasks', '--data', '{"title":"Send the offer"}', '--json', '--include'],
      { token: await aSecret() },
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ task: { title: 'Send the offer', status: 'open' } });
    expect(stderr).toMatch(/^201 req_.{26}, \d+ of \d+ requests left\n$/);
  });

  it('passes parameters on as they are', async () => {
    const workspace = await aWorkspace();
    await someContacts(workspace, 2);
    const { stdout } = await calkeep(['api', 'GET', 'contacts', '-q', 'sort=createdAt', '-q', 'limit=1'], {
      token: await aSecret({ workspace }),
    });
    expect(JSON.parse(stdout)).toMatchObject({
      contacts: [{ email: 'contact2@example.com' }],
      pagination: { limit: 1 },
    });
  });

  it('says what was refused, field by field', async () => {
    const { code, stdout, stderr } = await calkeep(['api', 'GET', '/contacts', '-q', 'limit=0'], {
      token: await aSecret(),
    });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('400 invalid_request');
    expect(stderr).toContain('limit: must be a whole number from 1 to 200');
  });
});
