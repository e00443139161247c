import type { PlanCode, Scope } from '@calkeep/contract';

/** A number of requests in each window; the bucket refills evenly. */
export interface Quota {
  readonly requests: number;
  readonly windowSeconds: number;
}

/** Values of the headers by which a credential announces its end. */
export interface Retirement {
  /** RFC 9745: when it was rotated. */
  readonly deprecation: string;
  /** RFC 8594: when it ends. */
  readonly sunset: string;
}

/** Who acts. Any kind of credential becomes one of these; only its resolver knows how. */
export interface Principal {
  /** `lineageId` is the first token's of a chain of rotations: successors go on with what their predecessors began. */
  readonly subject: { readonly kind: 'token'; readonly id: string; readonly lineageId: string };
  /** Bare UUID of the workspace whose data this principal sees: the sandbox twin for a test token. */
  readonly workspaceId: string;
  /** Bare UUID of the workspace that issued the credential; limits and audit belong to it. */
  readonly homeWorkspaceId: string;
  readonly mode: 'live' | 'test';
  readonly plan: PlanCode;
  readonly scopes: readonly Scope[];
  /** RFC 3339, or `null` for a credential that lives until it is revoked. */
  readonly expiresAt: string | null;
  /** Of a credential that has been rotated and is good for a while yet. */
  readonly retirement: Retirement | null;
  readonly limits: { readonly token: Quota; readonly workspace: Quota };
}
