import { expect, it, onTestFinished } from 'vitest';
import { ApiTokensService } from '../../apps/api/src/api-tokens/api-tokens.service.js';
import { openApplication } from '../support/api-application.js';
import { operator } from '../support/actor.js';
import { aToken, arrange } from '../support/builders.js';

it('revokes with its audit entry, once', async () => {
  const { app, close } = await openApplication();
  onTestFinished(close);
  const token = await aToken();
  const tokens = app.get(ApiTokensService, { strict: false });

  await tokens.revoke(token.workspace.uuid, operator, { tokenId: token.id, reason: 'leaked' });
  await tokens.revoke(token.workspace.uuid, operator, { tokenId: token.id, reason: 'again' });

  const { rows } = await arrange(token.workspace.uuid, (client) =>
    client.query('select seq, action, target_id, payload from audit_events where workspace_id = $1', [
      token.workspace.uuid,
    ]),
  );
  expect(rows).toEqual([
    {
      seq: '1',
      action: 'API_TOKEN_REVOKED',
      target_id: token.id,
      payload: expect.objectContaining({ reason: 'leaked' }),
    },
  ]);
});
