/** The part of pg-copy-streams 7 that is used here; the package has no types of its own. */
declare module 'pg-copy-streams' {
  import type { Writable } from 'node:stream';
  import type { Submittable } from 'pg';

  /** A query that is written to: the data of `COPY … FROM STDIN`, in any pieces. */
  export function from(text: string): Writable & Submittable;
}
