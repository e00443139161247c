import type { Actor } from '../../apps/api/src/audit-log/actor.js';

/** The operator at work, as the audit log will tell it. */
export const operator: Actor = {
  type: 'operator',
  id: null,
  name: null,
  ip: null,
  userAgent: null,
  requestId: null,
  clientRequestId: null,
};
