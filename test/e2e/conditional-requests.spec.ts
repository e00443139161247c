import { newId } from '@calkeep/contract';
import { describe, expect, it } from 'vitest';
import { aBooking, aContact, aToken, aWorkspace } from '../support/builders.js';
import { useApi } from '../support/use-api.js';

const api = useApi();

async function aContactAt() {
  const workspace = await aWorkspace();
  const path = `/api/v1/contacts/${await aContact(workspace)}`;
  const { secret } = await aToken({ workspace });
  const get = (headers: Record<string, string> = {}, method = 'GET') =>
    api.call(path, { method, token: secret, headers });
  const patch = (body: unknown, headers: Record<string, string> = {}) =>
    api.call(path, { method: 'PATCH', token: secret, headers, body: JSON.stringify(body) });
  const tag = async () => String((await get()).headers['etag']);
  return { workspace, path, secret, get, patch, tag };
}

describe('ETag', () => {
  it('is strong, the same for the same object, whoever asks, and another one after a change', async () => {
    const { workspace, path, get, patch } = await aContactAt();
    const first = await get();
    const tag = String(first.headers['etag']);
    expect(tag).toMatch(/^"[\w-]{21}"$/);
    const other = await aToken({ workspace });
    expect((await api.call(path, { token: other.secret })).headers['etag']).toBe(tag);
    expect((await get({}, 'HEAD')).headers['etag']).toBe(tag);

    const changed = await patch({ notes: 'x' });

    expect(changed.headers['etag']).not.toBe(tag);
    expect((await get()).headers['etag']).toBe(changed.headers['etag']);
  });

  it('is on a booking, and on no list and no error', async () => {
    const workspace = await aWorkspace();
    const booking = await aBooking(workspace);
    const { secret } = await aToken({ workspace });
    const tagAt = async (path: string) => (await api.call(path, { token: secret })).headers['etag'];
    expect(await tagAt(`/api/v1/bookings/${booking}`)).toBeDefined();
    expect(await tagAt('/api/v1/bookings')).toBeUndefined();
    expect(await tagAt('/api/v1/me')).toBeUndefined();
    expect(await tagAt(`/api/v1/contacts/${newId('contact')}`)).toBeUndefined();
  });
});

describe('If-None-Match', () => {
  it.each<[string, (tag: string) => string]>([
    ['the tag', (tag) => tag],
    ['the tag as a weak one', (tag) => `W/${tag}`],
    ['a list with the tag', (tag) => `"other", ,W/"x",${tag}`],
    ['*', () => '*'],
  ])('with %s answers 304 without a body, with the headers that a cache needs', async (_what, header) => {
    const { get, tag } = await aContactAt();
    const current = await tag();
    for (const method of ['GET', 'HEAD']) {
      const { status, text, headers } = await get({ 'If-None-Match': header(current) }, method);
      expect({ status, text }).toEqual({ status: 304, text: '' });
      expect(headers).toMatchObject({ etag: current, 'cache-control': 'no-store' });
      expect(headers['x-calkeep-request-id']).toBeDefined();
      expect(headers['ratelimit']).toBeDefined();
      expect(headers['content-type']).toBeUndefined();
      expect(headers['content-length']).toBeUndefined();
    }
  });

  it.each(['"other"', 'W/"other"', '"a","b"', 'nonsense', '""'])('with %s answers the whole object', async (header) => {
    const { get } = await aContactAt();
    const answer = await get({ 'If-None-Match': header });
    expect(answer.status).toBe(200);
    expect(answer.data['contact']).toBeDefined();
  });

  it('never hides a 404', async () => {
    const { secret } = await aToken();
    const headers = { 'If-None-Match': '*' };
    expect((await api.call(`/api/v1/contacts/${newId('contact')}`, { token: secret, headers })).status).toBe(404);
  });
});

describe('If-Match on a PATCH', () => {
  it.each<[string, (tag: string) => string]>([
    ['the tag', (tag) => tag],
    ['a list with the tag', (tag) => `"other", ${tag}`],
    ['*', () => '*'],
  ])('with %s lets it be done', async (_what, header) => {
    const { patch, tag } = await aContactAt();
    const answer = await patch({ notes: 'x' }, { 'If-Match': header(await tag()) });
    expect(answer.status).toBe(200);
  });

  it.each<[string, (tag: string) => string]>([
    ['a stale tag', () => '"stale"'],
    ['the tag as a weak one, which never matches strongly', (tag) => `W/${tag}`],
    ['a list without the tag', () => '"a", "b"'],
  ])('with %s is 412, and changes nothing', async (_what, header) => {
    const { get, patch, tag } = await aContactAt();
    const before = await get();
    const answer = await patch({ notes: 'x' }, { 'If-Match': header(await tag()) });
    expect(answer.status).toBe(412);
    expect(answer.error.code).toBe('precondition_failed');
    expect((await get()).text.replace(/req_\w+/, '')).toBe(before.text.replace(/req_\w+/, ''));
  });

  it.each(['', 'abc', '"a', '*, "a"', "'a'"])(
    'that is no list of tags (%s) is 400, and changes nothing',
    async (header) => {
      const { patch, tag } = await aContactAt();
      const before = await tag();
      expect((await patch({ notes: 'x' }, { 'If-Match': header })).status).toBe(400);
      expect(await tag()).toBe(before);
    },
  );

  it('of what is not there is 404', async () => {
    const { secret } = await aToken();
    for (const header of ['*', '"a"']) {
      const answer = await api.call(`/api/v1/contacts/${newId('contact')}`, {
        ...{ method: 'PATCH', token: secret, body: '{"notes":"x"}' },
        headers: { 'If-Match': header },
      });
      expect(answer.status).toBe(404);
    }
  });

  it('of 20 at once with one tag lets one be done, and loses nothing', async () => {
    const { get, patch, tag } = await aContactAt();
    const headers = { 'If-Match': await tag() };
    const names = Array.from({ length: 20 }, (_, index) => `name ${index}`);
    const answers = await Promise.all(names.map((firstName) => patch({ firstName }, headers)));
    const done = names.filter((_, index) => answers[index]?.status === 200);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 19 }, () => 412)]);
    expect((await get()).data['contact']).toMatchObject({ firstName: done[0] });
  });

  it('lets read, change, write be done by many, each change counted', async () => {
    const { get, patch } = await aContactAt();
    await Promise.all(Array.from({ length: 10 }, () => incrementUntilDone()));
    expect((await get()).data['contact']).toMatchObject({ customFields: { count: 10 } });

    async function incrementUntilDone(): Promise<void> {
      for (;;) {
        const { data, headers } = await get();
        const { customFields } = data['contact'] as { customFields: { count?: number } };
        const body = { customFields: { count: (customFields.count ?? 0) + 1 } };
        const { status } = await patch(body, { 'If-Match': String(headers['etag']) });
        if (status === 200) return;
        expect(status).toBe(412);
      }
    }
  });
});

it('If-None-Match on a PATCH is 412 when it matches', async () => {
  const { patch, tag } = await aContactAt();
  expect((await patch({ notes: 'x' }, { 'If-None-Match': '*' })).status).toBe(412);
  expect((await patch({ notes: 'x' }, { 'If-None-Match': await tag() })).status).toBe(412);
  expect((await patch({ notes: 'x' }, { 'If-None-Match': '"other"' })).status).toBe(200);
});
