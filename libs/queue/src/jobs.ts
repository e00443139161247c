/** One use of a token that is to be recorded, standing for others that are not. */
export interface TokenUse {
  /** Bare UUID; becomes the audit event's, so that a job that runs twice records once. */
  readonly id: string;
  /** Bare UUID. */
  readonly tokenId: string;
  /** RFC 3339. */
  readonly at: string;
  readonly ip: string;
  readonly userAgent: string | null;
  readonly requestId: string;
  readonly clientRequestId: string | null;
  /** Uses since the last recorded one, this one included. */
  readonly hitsSinceLast: number;
}

/** Uses of the tokens of one workspace. */
export interface TokenUseBatch {
  /** Bare UUID. */
  readonly workspaceId: string;
  readonly uses: readonly TokenUse[];
}

/** How the requests of a token in an hour were answered, as far as one process counted them in one go. */
export interface TokenRequestCounts {
  /** Bare UUID. */
  readonly tokenId: string;
  /** RFC 3339: the beginning of the hour. */
  readonly hour: string;
  readonly succeeded: number;
  /** Those refused by a limit included. */
  readonly clientErrors: number;
  readonly serverErrors: number;
  readonly rateLimited: number;
}

/** Counts of the tokens of one workspace, which are added once, however often their job runs. */
export interface TokenRequestBatch {
  /** Bare UUID. */
  readonly workspaceId: string;
  /** Bare UUID. */
  readonly id: string;
  /** RFC 3339. */
  readonly countedAt: string;
  /** Each token and hour once. */
  readonly counts: readonly TokenRequestCounts[];
}

/** Work that leaves through the outbox, by topic. */
export interface OutboxPayloads {
  /** A mail, sealed under the key that keyId names; base64. */
  mail: { readonly keyId: string; readonly sealed: string };
}

export type OutboxTopic = keyof OutboxPayloads;

/**
 * Every kind of job with what it carries. A job may run more than once. Those of usage carry many workspaces: one each
 * was a fourth of what Redis did, and a tenth of what a busy server did, with two hundred workspaces.
 */
export interface JobPayloads {
  'token-usage': { readonly batches: readonly TokenUseBatch[] };
  'token-requests': { readonly batches: readonly TokenRequestBatch[] };
  /** A row of the outbox, by its bare UUID. What is to be done stands in the row. */
  outbox: { readonly workspaceId: string; readonly id: string };
}

export type JobName = keyof JobPayloads;

/** What the worker does for each kind of job. */
export type JobHandlers = { readonly [Name in JobName]: JobHandler<Name> };

export interface JobHandler<Name extends JobName> {
  /** Must be idempotent. What it throws is tried again; an `UnrecoverableError` is not. */
  run(payload: JobPayloads[Name]): Promise<void>;
  /** Told, by whoever is there to tell it, that the job failed for good and is set aside. */
  giveUp?(payload: JobPayloads[Name]): Promise<void>;
}
