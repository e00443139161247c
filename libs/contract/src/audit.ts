/** Everything that the audit log tells of. An action is never renamed. */
export const auditActions = [
  'API_TOKEN_ISSUED',
  'API_TOKEN_ROTATED',
  'API_TOKEN_REVOKED',
  'API_TOKEN_UPDATED',
  'API_TOKEN_USED',
  'AUDIT_EXPORTED',
  'INVITATION_CREATED',
  'INVITATION_REVOKED',
  'MEMBER_ADDED',
  'MEMBER_REMOVED',
  'MEMBER_ROLE_CHANGED',
  'MFA_ENROLLED',
  'MFA_REMOVED',
  'PASSWORD_CHANGED',
  'PLAN_CHANGED',
  'RECOVERY_CODES_REGENERATED',
  'SANDBOX_RESET',
  'SESSION_REVOKED',
  'SIGN_IN_FAILED',
  'SIGN_IN_SUCCEEDED',
  'STEP_UP_FAILED',
  'WORKSPACE_CREATED',
  'WORKSPACE_UPDATED',
] as const;

export type AuditAction = (typeof auditActions)[number];

export const auditTargetTypes = ['api_token', 'audit_log', 'invitation', 'session', 'user', 'workspace'] as const;

export type AuditTargetType = (typeof auditTargetTypes)[number];
