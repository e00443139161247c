import type { MfaMethod, PlanCode, Role } from '@calkeep/contract';

/** A signed-in person, or one on the way there. Ids are bare UUIDs. */
export interface Session {
  readonly id: string;
  readonly user: { readonly id: string; readonly email: string; readonly name: string };
  /** The password was right, and the second factor is still to come. */
  readonly isPending: boolean;
  /** The second factors that the person has. */
  readonly mfaMethods: readonly MfaMethod[];
  /** The last proof of a second factor in this session. */
  readonly mfa: {
    readonly method: MfaMethod;
    /** RFC 3339. */
    readonly verifiedAt: string;
    /** By the database's clock, the one clock of all processes; negative for a time that is yet to come. */
    readonly ageMs: number;
    /** Of the passkey; `null` for a code. */
    readonly credentialId: string | null;
  } | null;
  /** Since a recovery code was used in this session. */
  readonly recoveryAgeMs: number | null;
}

/** What a person is in a workspace. */
export interface Membership {
  /** Bare UUID. */
  readonly workspaceId: string;
  readonly role: Role;
  readonly plan: PlanCode;
  readonly hasApiTokens: boolean;
  /** The workspace asks its members for a second factor. */
  readonly isMfaRequired: boolean;
}

/** What the pipeline asks of the feature that owns sessions. */
export interface SessionResolver {
  /** @returns `null` for a secret that opens no session (any more). */
  find(secret: string): Promise<Session | null>;
  /** @returns `null` when the person is not in it, or there is none. @param workspaceId as the path has it. */
  findMembership(userId: string, workspaceId: string): Promise<Membership | null>;
}

export const SESSION_RESOLVER = Symbol('SessionResolver');
