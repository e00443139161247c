import type { Caller } from '../http/credential-resolver.js';

/** Who asks to be signed in, and with what. */
export interface Browser {
  readonly caller: Caller;
  /** What its cookie says, whatever that is worth: a sign-in ends it. */
  readonly secret: string | null;
}
