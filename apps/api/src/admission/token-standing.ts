import type { Principal } from '../http/principal.js';

/**
 * What a token is worth at this moment, as the database says:
 * `open` may call; `allowlist` may call from listed addresses; `plan` belongs to a workspace whose plan has
 * no tokens; `dead` is revoked, disabled, expired, retired, or was never there.
 */
export type Gate = 'open' | 'allowlist' | 'plan' | 'dead';

export interface TokenStanding {
  readonly gate: Gate;
  /** `null` for a dead token. */
  readonly principal: Principal | null;
  /** CIDR lists that must each hold the caller's address: the token's and the workspace's. */
  readonly allowlists: readonly (readonly string[])[];
  /** Milliseconds until the token's own end, if that is near enough to matter to a cache. */
  readonly endsInMs: number | null;
}

export const deadToken: TokenStanding = { gate: 'dead', principal: null, allowlists: [], endsInMs: null };

/** Where a token is, which never changes once it was issued. Bare UUIDs. */
export interface TokenAddress {
  readonly workspaceId: string;
  readonly tokenId: string;
}

/** Reads a token's standing from the database. */
export type ReadStanding = (address: TokenAddress) => Promise<TokenStanding>;

/** How a request for a token was answered, before the pipeline turns it into a response. */
export type Verdict =
  | { readonly kind: 'refused'; readonly standing: TokenStanding }
  | {
      readonly kind: 'admitted' | 'limited';
      readonly standing: TokenStanding;
      readonly by: 'token' | 'workspace' | null;
      readonly retryAfterSeconds: number;
      /** Uses that this one is to be recorded for, itself included; 0 when it is not recorded. */
      readonly usesToRecord: number;
      readonly tokenLeft: BucketLeft;
      readonly workspaceLeft: BucketLeft;
    };

export interface BucketLeft {
  readonly remaining: number;
  readonly resetSeconds: number;
}

/** What a decision needs of the request. */
export interface Asking {
  /** Judges a standing's address lists against the caller. */
  readonly isListed: (standing: TokenStanding) => boolean;
  /** Of the caller's address and user agent: a use by a caller that is new to a token is always recorded. */
  readonly fingerprint: string;
  /** Chance has it that this use is recorded in any case. */
  readonly isSampled: boolean;
}

/** Decides on one request of a located token. */
export interface AdmissionGate {
  decide(address: TokenAddress, asking: Asking): Promise<Verdict>;
}
