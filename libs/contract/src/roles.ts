/** What a member of a workspace may be. */
export const roles = ['owner', 'admin', 'member', 'auditor'] as const;

export type Role = (typeof roles)[number];

/** The roles that look after the workspace. */
export const administrators = ['owner', 'admin'] as const satisfies readonly Role[];

export function isAdministrator(role: Role): boolean {
  return administrators.some((administrator) => administrator === role);
}

/** How a second factor was proven. */
export type MfaMethod = 'totp' | 'webauthn';

/** How old, at most, a proof of the second factor may be for what asks for a recent one. */
export const recentMfaSecondsMax = 300;
