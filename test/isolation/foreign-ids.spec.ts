import { newId, parsePublicId, toPublicId } from '@calkeep/contract';
import { beforeAll, expect, it } from 'vitest';
import { aToken, aWorkspace, someBookings, someContacts } from '../support/builders.js';
import { comparable } from '../support/comparable.js';
import { useApi } from '../support/use-api.js';

const { call } = useApi();

let ourToken: string;
let ourTestToken: string;
/** Ids of everything that another workspace has, by kind. */
let foreign: Record<string, string>;

beforeAll(async () => {
  const ours = await aWorkspace();
  ourToken = (await aToken({ workspace: ours })).secret;
  ourTestToken = (await aToken({ workspace: ours, mode: 'test' })).secret;
  const [ourLiveContact = ''] = await someContacts(ours, 3);
  const theirs = await aWorkspace();
  const token = await aToken({ workspace: theirs });
  const sandbox = { uuid: theirs.sandboxUuid };
  const [contact = '', booking = '', sandboxContact = ''] = [
    ...(await someContacts(theirs, 1)),
    ...(await someBookings(theirs, 1)),
    ...(await someContacts(sandbox, 1)),
  ];
  foreign = { contact, booking, workspace: theirs.id, token: token.id, sandboxContact, ourLiveContact };
});

it.each(['contacts', 'bookings'])(
  'below /%s every foreign id is answered as one that exists nowhere',
  async (resource) => {
    const kind = resource === 'contacts' ? 'contact' : 'booking';
    const unknown = comparable(await call(`/api/v1/${resource}/${newId(kind)}`, { token: ourToken }));
    expect(unknown.status).toBe(404);

    for (const [what, id] of Object.entries(foreign)) {
      // Of our own live contact only the sandbox must not know.
      const token = what === 'ourLiveContact' ? ourTestToken : ourToken;
      for (const candidate of [id, asKind(kind, id)]) {
        const answer = comparable(await call(`/api/v1/${resource}/${candidate}`, { token }));
        expect({ what, ...answer }).toEqual({ what, ...unknown });
      }
    }
  },
);

it('a malformed id is answered so as well', async () => {
  const unknown = comparable(await call(`/api/v1/contacts/${newId('contact')}`, { token: ourToken }));

  for (const id of ['x', 'con_', `${foreign['contact']}0`, foreign['contact']?.toUpperCase()])
    expect(comparable(await call(`/api/v1/contacts/${id}`, { token: ourToken }))).toEqual(unknown);
});

it('lists and totals hold nothing foreign, whatever workspace a request names', async () => {
  const headers = { 'X-Workspace-Id': foreign['workspace'] ?? '', 'X-CalKeep-Workspace': foreign['workspace'] ?? '' };

  const { data } = await call('/api/v1/contacts', { token: ourToken, headers });
  const named = await call(`/api/v1/contacts?workspaceId=${foreign['workspace']}`, { token: ourToken });

  expect(data['pagination']).toMatchObject({ total: 3 });
  expect(JSON.stringify(data)).not.toContain(foreign['contact']);
  expect(named.status).toBe(400);
});

/** The same UUID under the prefix of another kind. */
function asKind(kind: 'contact' | 'booking', id: string): string {
  const kinds = ['contact', 'booking', 'workspace', 'apiToken'] as const;
  const uuid = kinds.map((known) => parsePublicId(known, id)).find((found) => found !== null);
  return toPublicId(kind, uuid ?? '');
}
