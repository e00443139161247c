import { newId, newUuid, toPublicId } from '@calkeep/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leaseLifetimeMs } from '../../apps/api/src/admission/admit-script.js';
import { entryLifetimeMs } from '../../apps/api/src/admission/redis-gate.js';
import { forgottenEverywhereAfterMs } from '../../apps/cli/src/plan/forgotten-everywhere.js';
import { startCalkeep } from '../e2e/calkeep-process.js';
import { administerRows } from '../support/administer-rows.js';
import { startApi, type ApiProcess } from '../support/api-process.js';
import { auditLogOf } from '../support/audit-log-of.js';
import { arrange, aToken, aWorkspace, type TestToken, type TestWorkspace } from '../support/builders.js';
import { callerOf } from '../support/client.js';
import { aMember, Console } from '../support/console.js';
import { startLoad } from '../support/load.js';
import { serviceUrl } from '../support/service-url.js';

interface Ended {
  exitCode: number | null;
  output: string;
}

async function planCommand(args: string[], env: Record<string, string> = {}): Promise<Ended> {
  // Not `runCalkeep`: some of these tests run beside each other, and one that ends would end the other's process.
  const calkeep = startCalkeep(['plan', ...args], { DATABASE_URL: serviceUrl('ownerUrl'), ...env });
  return { exitCode: await calkeep.ended, output: calkeep.output() };
}

/** Of the workspace and of its sandbox. */
async function plansOf({ uuid, sandboxUuid }: TestWorkspace): Promise<string[]> {
  const planOf = async (id: string) => {
    const { rows } = await arrange(id, (client) =>
      client.query<{ plan_code: string }>('select plan_code from workspaces where id = $1', [id]),
    );
    return rows[0]?.plan_code ?? 'none';
  };
  return [await planOf(uuid), await planOf(sandboxUuid)];
}

describe('calkeep plan set', () => {
  it('puts the workspace and its sandbox on the plan, and tells the audit log', async () => {
    const workspace = await aWorkspace({ plan: 'free' });
    const other = await aWorkspace({ plan: 'free' });

    const { exitCode, output } = await planCommand(['set', workspace.id, 'business']);

    expect([exitCode, output]).toEqual([0, 'Acme is on business now; it was on free.\n']);
    expect(await plansOf(workspace)).toEqual(['business', 'business']);
    expect(await plansOf(other)).toEqual(['free', 'free']);
    expect(await auditLogOf(workspace)).toEqual([
      {
        action: 'PLAN_CHANGED',
        actor_type: 'operator',
        actor_id: null,
        target_type: 'workspace',
        target_id: workspace.id,
        ip: null,
        request_id: null,
        payload: { from: 'free', to: 'business' },
      },
    ]);
  });

  it('to the plan that it has already says so and changes nothing', async () => {
    const workspace = await aWorkspace();
    await aToken({ workspace });

    const { exitCode, output } = await planCommand(['set', workspace.id, 'business']);

    expect([exitCode, output]).toEqual([0, 'Acme is on business already.\n']);
    expect(await auditLogOf(workspace)).toEqual([]);
  });

  it('prints what it did as JSON', async () => {
    const { id } = await aWorkspace();
    const { output } = await planCommand(['set', id, 'enterprise', '--json']);
    expect(JSON.parse(output)).toEqual({
      workspace: { id, name: 'Acme' },
      from: 'business',
      to: 'enterprise',
      isChanged: true,
    });
  });

  it.each([
    ['a workspace that there is not', newId('workspace'), 'pro', 'There is no workspace ws_'],
    ['an id of another kind', newId('user'), 'pro', 'There is no workspace usr_'],
    ['something that is no id', 'Acme', 'pro', 'There is no workspace Acme'],
  ])('refuses %s', async (_what, workspace, plan, message) => {
    const { exitCode, output } = await planCommand(['set', workspace, plan]);
    expect(exitCode).toBe(1);
    expect(output).toContain(message);
    expect(output).not.toMatch(/\n {4}at /);
  });

  it('refuses a plan that there is not, and names those that there are', async () => {
    const workspace = await aWorkspace();
    const { exitCode, output } = await planCommand(['set', workspace.id, 'platinum']);
    expect(exitCode).toBe(1);
    expect(output).toContain('There is no plan platinum. There are: free, pro, business, enterprise.');
    expect(await plansOf(workspace)).toEqual(['business', 'business']);
  });

  it('refuses a sandbox, whose plan is that of its workspace', async () => {
    const workspace = await aWorkspace();
    const { exitCode, output } = await planCommand(['set', toPublicId('workspace', workspace.sandboxUuid), 'free']);
    expect(exitCode).toBe(1);
    expect(output).toContain('is a sandbox');
    expect(await plansOf(workspace)).toEqual(['business', 'business']);
  });

  it('changes nothing when the audit log cannot be written', async () => {
    const workspace = await aWorkspace();
    // The chain goes on at a number that is taken.
    await arrange(workspace.uuid, (client) =>
      client.query(
        `insert into audit_events (workspace_id, seq, id, action, actor_type, created_at, prev_hash, hash)
         values ($1, 1, $2, 'PLAN_CHANGED', 'operator', now(), $3, $3)`,
        [workspace.uuid, newUuid(), Buffer.alloc(32)],
      ),
    );

    const { exitCode, output } = await planCommand(['set', workspace.id, 'free']);

    expect(exitCode).toBe(1);
    expect(output).toContain('The plan was not changed');
    expect(await plansOf(workspace)).toEqual(['business', 'business']);
  });

  it('says so when the database is the application’s and not the owner’s', async () => {
    const workspace = await aWorkspace();
    const { exitCode, output } = await planCommand(['set', workspace.id, 'free'], {
      DATABASE_URL: serviceUrl('appUrl'),
    });
    expect(exitCode).toBe(1);
    expect(output).toContain('The plan was not changed: permission denied');
  });
});

describe('when calkeep plan set has ended, every process', () => {
  let apis: ApiProcess[] = [];
  beforeAll(async () => {
    apis = await Promise.all([startApi(), startApi()]);
  });
  afterAll(async () => {
    await Promise.all(apis.map((api) => api.stop()));
  });

  const firstUses = (token: TestToken) =>
    Promise.all(
      apis.map(async ({ baseUrl }) => (await callerOf(baseUrl)('/api/v1/me', { token: token.secret })).status),
    );

  it.concurrent.each([
    ['business', 'free', 200, 403],
    ['pro', 'enterprise', 403, 200],
  ] as const)(
    'answers the tokens of a workspace that went from %s to %s by the new plan with the next request',
    async (from, to, before, after) => {
      const token = await aToken({ workspace: await aWorkspace({ plan: from }) });
      const load = startLoad(4, (client) =>
        callerOf(apis[client % 2]?.baseUrl ?? '')('/api/v1/me', { token: token.secret }),
      );
      await load.more(8);

      const { exitCode } = await planCommand(['set', token.workspace.id, to]);
      const endedAt = performance.now();

      expect(exitCode).toBe(0);
      expect(await firstUses(token)).toEqual([after, after]);
      const samples = await load.stop();
      expect(samples[0]?.status).toBe(before);
      expect(samples.filter(({ startedAt, status }) => startedAt >= endedAt && status !== after)).toEqual([]);
    },
    60_000,
  );

  it('lets its members issue tokens, or does not any more', async () => {
    const { workspace, ...user } = await aMember({ workspace: await aWorkspace({ plan: 'free' }) });
    const console = await new Console(apis[0]?.baseUrl ?? '').enter(user);
    const issue = async () => {
      const { status } = await console.post(`/app/workspaces/${workspace.id}/api-tokens`, {
        label: 'New',
        scopes: ['workspace:read'],
      });
      return status;
    };

    expect(await issue()).toBe(403);
    await planCommand(['set', workspace.id, 'business']);
    expect(await issue()).toBe(201);
    await administerRows('update api_tokens set revoked_at = now() where workspace_id = $1', [workspace.uuid]);
    await planCommand(['set', workspace.id, 'pro']);
    expect(await issue()).toBe(403);
  });
});

it('calkeep plan set waits for as long as processes may remember', () => {
  expect(forgottenEverywhereAfterMs).toBeGreaterThan(entryLifetimeMs + leaseLifetimeMs);
});

describe('calkeep plan list', () => {
  it('shows every plan, from the least to the most', async () => {
    const { output } = await planCommand(['list']);
    expect(output.split('\n').map((line) => line.split(' ')[0])).toEqual(['free', 'pro', 'business', 'enterprise', '']);
    const { plans } = JSON.parse((await planCommand(['list', '--json'])).output) as { plans: { code: string }[] };
    expect(plans.map(({ code }) => code)).toEqual(['free', 'pro', 'business', 'enterprise']);
  });
});
