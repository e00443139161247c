/** Who does something that the audit log tells of, and from where. */
export interface Actor {
  readonly type: 'user' | 'token' | 'operator' | 'system';
  /** Public id; `null` for the operator and the system. */
  readonly id: string | null;
  readonly name: string | null;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly requestId: string | null;
  readonly clientRequestId: string | null;
}
