// Invariant: the API serves requests only under a role for which row-level security is a wall.

import { DatabaseError, escapeIdentifier, escapeLiteral } from 'pg';

import { scramVerifier } from './scram-verifier.js';
import { withClient } from './with-client.js';

export const APP_ROLE = 'calkeep_app';

export interface EnableAppRoleOptions {
  /** The owner's URL. */
  databaseUrl: string;
  /** Printable ASCII; reaches the server only as a verifier. */
  password: string;
}

/**
 * Lets the application's role sign in with this password, and returns the URL that does. The role belongs to
 * the cluster: all CalKeep databases of one cluster share its password.
 *
 * @throws Error that says what a superuser has to run, when the owner does not administer the role.
 */
export async function enableAppRole({ databaseUrl, password }: EnableAppRoleOptions): Promise<string> {
  const verifier = scramVerifier(password);
  await withClient(databaseUrl, async (client) => {
    // Two processes that alter one role at once would fail with "tuple concurrently updated".
    await client.query('SELECT pg_advisory_lock(hashtext($1))', [APP_ROLE]);
    try {
      await client.query(`ALTER ROLE ${escapeIdentifier(APP_ROLE)} LOGIN PASSWORD ${escapeLiteral(verifier)}`);
    } catch (cause) {
      throw explain(cause, client.user);
    }
  });
  return appUrlOf(databaseUrl, password);
}

function explain(cause: unknown, owner: string | undefined): unknown {
  if (!(cause instanceof DatabaseError)) return cause;
  if (cause.code === '42704') {
    return new Error(`The role ${APP_ROLE} does not exist: apply the migrations first.`, { cause });
  }
  if (cause.code !== '42501') return cause;
  return new Error(
    `The role ${owner ?? 'of this URL'} may not administer ${APP_ROLE}, which another role of this cluster created. ` +
      `As a superuser run: ALTER ROLE ${escapeIdentifier(owner ?? 'OWNER')} CREATEROLE; ` +
      `GRANT ${APP_ROLE} TO ${escapeIdentifier(owner ?? 'OWNER')} WITH ADMIN OPTION;`,
    { cause },
  );
}

function appUrlOf(databaseUrl: string, password: string): string {
  const url = new URL(databaseUrl);
  url.searchParams.delete('user');
  url.searchParams.delete('password');
  url.username = APP_ROLE;
  // The setter leaves a percent sign as it is.
  url.password = encodeURIComponent(password);
  // A URL without a host (a socket's directory is in its query) takes no credentials in the usual place.
  if (url.username === '') {
    url.searchParams.set('user', APP_ROLE);
    url.searchParams.set('password', password);
  }
  return url.href;
}
