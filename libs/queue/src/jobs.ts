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

/** Every kind of job with what it carries. A job is of one workspace, and may run more than once. */
export interface JobPayloads {
  'token-usage': { readonly workspaceId: string; readonly uses: readonly TokenUse[] };
}

export type JobName = keyof JobPayloads;

/** What the worker does for each kind of job. Must be idempotent. */
export type JobHandlers = { readonly [Name in JobName]: (payload: JobPayloads[Name]) => Promise<void> };
