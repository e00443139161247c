import { newId, roles, toPublicId, type IdKind, type Role } from '@calkeep/contract';
import { describe, expect, it } from 'vitest';
import type { SessionAccess } from '../../apps/api/src/http/access.js';
import { arrange, aToken, aWorkspace, type TestWorkspace } from '../support/builders.js';
import type { Answer } from '../support/client.js';
import { aMember, aUser, type Console, type TestUser } from '../support/console.js';
import { registeredRoutes } from '../support/registered-routes.js';
import { useApi } from '../support/use-api.js';

interface WorkspaceRoute {
  method: string;
  path: string;
  access: SessionAccess & { roles: readonly Role[] };
}

const routes = (await registeredRoutes()).flatMap(({ method, path, access }): WorkspaceRoute[] =>
  access.kind === 'session' && access.roles !== undefined
    ? [{ method, path, access: { ...access, roles: access.roles } }]
    : [],
);
const named = routes.map((route) => [`${route.method} ${route.path}`, route] as const);
const withId = named.filter(([, { path }]) => path.replace(':ws', '').includes(':'));

const api = useApi();

/** What a path's id is of, by what stands before it. */
const kinds: Record<string, IdKind> = { members: 'user', invitations: 'invitation', 'api-tokens': 'apiToken' };

function kindIn(path: string): IdKind {
  const kind = kinds[/\/([\w-]+)\/:\w+/.exec(path.replace('/:ws', ''))?.[1] ?? ''];
  if (!kind) throw new Error(`nobody has told this test what the id in ${path} is of`);
  return kind;
}

/** Bodies of routes that look at theirs before they look for what the path names. */
const bodies: Record<string, unknown> = {
  'PATCH /app/workspaces/:ws/members/:userId': { role: 'member' },
  'PATCH /app/workspaces/:ws/api-tokens/:id': { label: 'Changed' },
};

function send({ method, path }: WorkspaceRoute, by: Console, ids: { ws: string; id?: string }): Promise<Answer> {
  const id = ids.id ?? (/:\w+/.test(path.replace(':ws', '')) ? newId(kindIn(path)) : '');
  const place = path.replace(':ws', ids.ws).replace(/:\w+/, id);
  const isWithBody = method === 'POST' || method === 'PATCH' || method === 'PUT';
  return by.call(method, place, isWithBody ? { json: bodies[`${method} ${path}`] ?? {} } : {});
}

const enter = (user: TestUser, options = {}) => api.console().enter(user, options);

/** An answer without what tells one request from the next. */
function comparable({ status, headers, text }: Answer) {
  const kept = Object.entries(headers).filter(([name]) => !['x-calkeep-request-id', 'date'].includes(name));
  const requestId = String(headers['x-calkeep-request-id']);
  return { status, headers: Object.fromEntries(kept), text: text.replaceAll(requestId, 'req') };
}

it('there are routes of workspaces to look at', () => {
  expect(routes.length).toBeGreaterThanOrEqual(8);
});

describe.each(named)('%s', (_name, route) => {
  const { access, path } = route;

  it('is forbidden to exactly those roles that it does not name', async () => {
    for (const role of roles) {
      const { workspace, ...user } = await aMember({ role });
      const id = path.includes(':userId') ? { id: user.id } : {};
      const answer = await send(route, await enter(user), { ws: workspace.id, ...id });
      const isForbidden = answer.status === 403 && answer.error.code === 'forbidden';
      expect({ role, isForbidden }).toEqual({ role, isForbidden: !access.roles.includes(role) });
    }
  });

  it('answers who is not in a workspace, whatever they are in theirs, as if there were none', async () => {
    const theirs = await aWorkspace();
    for (const role of roles) {
      const { workspace, ...user } = await aMember({ role });
      const console = await enter(user);
      const unknown = comparable(await send(route, console, { ws: newId('workspace') }));
      expect(unknown.status).toBe(404);
      const candidates = {
        foreign: theirs.id,
        foreignSandbox: toPublicId('workspace', theirs.sandboxUuid),
        ownSandbox: toPublicId('workspace', workspace.sandboxUuid),
        upperCase: workspace.id.toUpperCase(),
        uuid: workspace.uuid,
        ofAnotherKind: toPublicId('user', workspace.uuid),
        nonsense: 'x',
        encoded: `${workspace.id}%20`,
      };
      for (const [what, ws] of Object.entries(candidates))
        expect({ what, ...comparable(await send(route, console, { ws })) }).toEqual({ what, ...unknown });
    }
  });

  it('asks for a session that is complete, and takes no token for one', async () => {
    const { workspace, ...user } = await aMember({ role: access.roles[0] ?? 'owner' });
    const refusalOf = async (console: Console) => {
      const { status, error } = await send(route, console, { ws: workspace.id });
      return [status, error.code];
    };

    expect(await refusalOf(api.console())).toEqual([401, 'session_required']);
    expect(await refusalOf(api.console({ token: (await aToken({ workspace })).secret }))).toEqual([
      401,
      'session_required',
    ]);
    expect(await refusalOf(await enter(user, { isPending: true, mfaAgeSeconds: null }))).toEqual([401, 'mfa_required']);
  });

  it('asks for a recent second factor exactly where it says so', async () => {
    const { workspace, ...user } = await aMember({ role: access.roles[0] ?? 'owner' });
    const needsRecent = access.recentMfa !== undefined;

    for (const mfaAgeSeconds of [null, 302, 86_400]) {
      const answer = await send(route, await enter(user, { mfaAgeSeconds }), { ws: workspace.id });
      const isAsked = answer.status === 401 && answer.error.code === 'mfa_required';
      expect({ mfaAgeSeconds, isAsked }).toEqual({ mfaAgeSeconds, isAsked: needsRecent });
    }
  });
});

describe.each(withId)('the id in %s', (_name, route) => {
  it('of what another workspace has is answered as one that exists nowhere, and changes nothing there', async () => {
    const { workspace, ...user } = await aMember();
    const console = await enter(user);
    const ids = { ws: workspace.id };
    const unknown = comparable(await send(route, console, ids));
    expect(unknown.status).toBe(404);
    const theirs = await aFullWorkspace();
    const before = await rowsOf(theirs.workspace);
    const kind = kindIn(route.path);

    for (const uuid of [theirs.user, theirs.invitation, theirs.apiToken, theirs.workspace.uuid, workspace.uuid])
      for (const id of [toPublicId(kind, uuid), uuid]) {
        const answer = await send(route, console, { ...ids, id });
        expect({ id, ...comparable(answer) }).toEqual({ id, ...unknown });
      }
    for (const id of ['x', `${newId(kind)}0`, newId(kind).toUpperCase(), newId('request')])
      expect({ id, ...comparable(await send(route, console, { ...ids, id })) }).toEqual({ id, ...unknown });
    expect(await rowsOf(theirs.workspace)).toEqual(before);
  });
});

/** Another workspace with one of everything that a path can name, by bare UUID. */
async function aFullWorkspace() {
  const member = await aMember({ role: 'member' });
  await aMember({ workspace: member.workspace });
  const { workspace } = member;
  const apiToken = (await aToken({ workspace })).uuid;
  const invitation = (await aUser()).uuid;
  await arrange(workspace.uuid, (client) =>
    client.query(
      `insert into invitations (workspace_id, id, email, role, secret_hash, expires_at)
       values ($1, $2, 'bo@acme.test', 'member', $3, now() + interval '1 day')`,
      [workspace.uuid, invitation, Buffer.alloc(32)],
    ),
  );
  return { workspace, user: member.uuid, invitation, apiToken };
}

async function rowsOf({ uuid }: TestWorkspace): Promise<unknown[]> {
  const { rows } = await arrange(uuid, (client) =>
    client.query<{ row: unknown }>(
      `select to_jsonb(m) as row from memberships m where workspace_id = $1
       union all select to_jsonb(i) from invitations i where workspace_id = $1
       union all select to_jsonb(t) from api_tokens t where workspace_id = $1
       union all select to_jsonb(e) from audit_events e where workspace_id = $1 order by row`,
      [uuid],
    ),
  );
  return rows;
}
