import type { Principal, Quota } from './principal.js';

/** How full a bucket is after this request. */
export interface QuotaState {
  readonly quota: Quota;
  readonly remaining: number;
  /** Whole seconds until the bucket is full again. */
  readonly resetSeconds: number;
}

/** A request of a good credential: whose it is, and what is left of the limits that it was charged to. */
export interface Admission {
  readonly principal: Principal;
  readonly token: QuotaState;
  readonly workspace: QuotaState;
}

/** The same, refused by a limit and charged to none. */
export interface Limited extends Admission {
  readonly limited: { readonly by: 'token' | 'workspace'; readonly retryAfterSeconds: number };
}

/** What a request says of who sent it. Only the address is more than a claim. */
export interface Caller {
  /** The peer's, or what a trusted proxy says of it; normalised. */
  readonly address: string;
  readonly userAgent: string | null;
  readonly requestId: string;
  readonly clientRequestId: string | null;
}

/**
 * What the pipeline asks of the feature that owns a kind of credential. In this order: is the credential
 * good, may its plan use it, may this address use it, do its limits allow one request more (and charge it).
 */
export interface CredentialResolver {
  /**
   * @param credential what stood behind the scheme, as sent.
   * @param beforeLookUp called before a credential that this process does not know is looked up; throws to forbid it.
   * @throws AppError `invalid_token`, `plan_not_eligible`, `ip_not_allowed`, `service_unavailable`.
   */
  admit(credential: string, caller: Caller, beforeLookUp: () => void): Promise<Admission | Limited>;
}

export const CREDENTIAL_RESOLVER = Symbol('CredentialResolver');
