import type { WorkspaceCaller } from '../../apps/api/src/http/current-session.js';
import type { TestWorkspace } from './builders.js';
import { aMember } from './console.js';

/** An owner who has just proven a second factor, for calling services without HTTP. */
export async function aWorkspaceCaller(workspace: TestWorkspace): Promise<WorkspaceCaller> {
  const { uuid, name, email } = await aMember({ workspace });
  const verifiedAt = new Date().toISOString();
  return {
    session: {
      id: uuid,
      user: { id: uuid, name, email },
      isPending: false,
      mfaMethods: ['totp'],
      mfa: { method: 'totp', verifiedAt, ageMs: 0, credentialId: null },
      recoveryAgeMs: null,
    },
    membership: {
      workspaceId: workspace.uuid,
      role: 'owner',
      plan: 'business',
      hasApiTokens: true,
      isMfaRequired: false,
    },
    caller: { address: '192.0.2.1', userAgent: 'test', requestId: 'req_test', clientRequestId: null },
  };
}
