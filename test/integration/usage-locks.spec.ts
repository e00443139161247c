import { newUuid } from '@calkeep/contract';
import { expect, it, onTestFinished } from 'vitest';
import { ApiTokensService } from '../../apps/api/src/api-tokens/api-tokens.service.js';
import { TokenIssuing } from '../../apps/api/src/api-tokens/token-issuing.js';
import { openApplication } from '../support/api-application.js';
import { aToken, aWorkspace } from '../support/builders.js';
import { connect } from '../support/database.js';
import { until } from '../support/load.js';
import { aWorkspaceCaller } from '../support/workspace-caller.js';
import { serviceUrl } from '../support/service-url.js';

it('recording uses takes no turn in the audit chain while it waits for a token: a revocation would deadlock with it', async () => {
  const { app, close } = await openApplication();
  onTestFinished(close);
  const service = app.get(ApiTokensService, { strict: false });
  const workspace = await aWorkspace();
  const token = await aToken({ workspace });
  await app.get(TokenIssuing, { strict: false }).issue(await aWorkspaceCaller(workspace), {
    label: 'The chain begins',
    scopes: ['contacts:read'],
    mode: 'live',
    ipAllowlist: [],
  });
  const revoking = await connect(serviceUrl('superuserUrl'));
  await revoking.query('begin');
  const { rows } = await revoking.query<{ pid: number }>(
    'select pg_backend_pid() as pid from api_tokens where id = $1 for update',
    [token.uuid],
  );

  const recording = service.recordUses({
    workspaceId: workspace.uuid,
    uses: [
      {
        id: newUuid(),
        tokenId: token.uuid,
        at: new Date().toISOString(),
        ip: '192.0.2.1',
        userAgent: null,
        requestId: 'req_x',
        clientRequestId: null,
        hitsSinceLast: 1,
      },
    ],
  });
  const observer = await connect(serviceUrl('superuserUrl'));
  const isWaiting = async () =>
    (await observer.query('select from pg_stat_activity where $1 = any(pg_blocking_pids(pid))', [rows[0]?.pid]))
      .rowCount === 1;
  await until(isWaiting, 4_000);

  const head = await revoking.query('select from audit_heads where workspace_id = $1 for update nowait', [
    workspace.uuid,
  ]);
  expect(head.rowCount).toBe(1);
  await revoking.query('rollback');
  await recording;
});
