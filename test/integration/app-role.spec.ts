import { randomUUID } from 'node:crypto';

import { assertUnprivileged, enableAppRole } from '@calkeep/database';
import { escapeIdentifier } from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';

import { administer, connect, scratchDatabase } from '../support/database.js';
import { serviceUrl } from '../support/service-url.js';

/** The role is the cluster's: the tests keep to the password that everybody has. */
const PASSWORD = decodeURIComponent(new URL(serviceUrl('appUrl')).password);

describe('enableAppRole', () => {
  it('returns a URL that signs in as the application’s role to the same database', async () => {
    const appUrl = await enableAppRole({ databaseUrl: serviceUrl('ownerUrl'), password: PASSWORD });

    const { rows } = await (await connect(appUrl)).query('SELECT current_user AS role, current_database() AS database');
    expect(rows).toEqual([{ role: 'calkeep_app', database: new URL(serviceUrl('ownerUrl')).pathname.slice(1) }]);
  });

  it('may be called by several processes at once', async () => {
    const call = () => enableAppRole({ databaseUrl: serviceUrl('ownerUrl'), password: PASSWORD });

    expect(new Set(await Promise.all([call(), call(), call(), call()])).size).toBe(1);
  });

  it('stores a verifier and no password', async () => {
    const { rows } = await (
      await connect(serviceUrl('superuserUrl'))
    ).query(`SELECT rolpassword FROM pg_authid WHERE rolname = 'calkeep_app'`);

    expect(rows).toEqual([{ rolpassword: expect.stringMatching(/^SCRAM-SHA-256\$4096:/) }]);
  });

  it('says what to run when another role administers it', async () => {
    const owner = await aRole('CREATEROLE LOGIN');

    await expect(enableAppRole({ databaseUrl: signedInAs(owner), password: PASSWORD })).rejects.toThrow(
      new RegExp(`As a superuser run: .*GRANT calkeep_app TO "${owner}" WITH ADMIN OPTION`),
    );
  });

  it('refuses a password that would need normalisation', async () => {
    await expect(enableAppRole({ databaseUrl: serviceUrl('ownerUrl'), password: 'pässword' })).rejects.toThrow(
      RangeError,
    );
  });
});

describe('assertUnprivileged', () => {
  it('accepts the application’s role', async () => {
    await expect(assertUnprivileged(await connect(serviceUrl('appUrl')))).resolves.toBeUndefined();
  });

  it('refuses a superuser', async () => {
    const client = await connect(serviceUrl('superuserUrl'));

    await expect(assertUnprivileged(client)).rejects.toThrow(/is a superuser.*Set DATABASE_URL/);
  });

  it('refuses a superuser that only acts as the application’s role', async () => {
    const client = await connect(serviceUrl('superuserUrl'));
    await client.query('SET ROLE calkeep_app');

    await expect(assertUnprivileged(client)).rejects.toThrow('is a superuser');
  });

  it('refuses the owner of the tables', async () => {
    const client = await connect(serviceUrl('ownerUrl'));

    await expect(assertUnprivileged(client)).rejects.toThrow(/calkeep_owner owns.*contacts/);
  });

  it('refuses a role with BYPASSRLS', async () => {
    const client = await connect(signedInAs(await aRole('LOGIN BYPASSRLS')));

    await expect(assertUnprivileged(client)).rejects.toThrow('has BYPASSRLS');
  });

  it('refuses a role that can become one with BYPASSRLS', async () => {
    const group = await aRole('BYPASSRLS');
    const role = await aRole('LOGIN NOINHERIT');
    await administer(`GRANT ${escapeIdentifier(group)} TO ${escapeIdentifier(role)}`);

    await expect(assertUnprivileged(await connect(signedInAs(role)))).rejects.toThrow(`can become ${group}`);
  });

  it('refuses a role that can become the owner of the tables', async () => {
    const role = await aRole('LOGIN NOINHERIT');
    await administer(`GRANT calkeep_owner TO ${escapeIdentifier(role)}`);

    await expect(assertUnprivileged(await connect(signedInAs(role)))).rejects.toThrow(
      `${role} owns, or can become the owner of, `,
    );
  });

  it('refuses the owner of a single table', async () => {
    const scratch = await scratchDatabase();
    onTestFinished(scratch.drop);
    await (await connect(scratch.superuserUrl)).query('ALTER TABLE outbox OWNER TO calkeep_app');

    await expect(assertUnprivileged(await connect(scratch.appUrl))).rejects.toThrow('owner of, outbox');
  });
});

async function aRole(options: string): Promise<string> {
  const name = `role_${randomUUID().replaceAll('-', '')}`;
  await administer(`CREATE ROLE ${name} ${options} PASSWORD '${PASSWORD}'`);
  onTestFinished(() => administer(`DROP ROLE ${name}`));
  return name;
}

function signedInAs(role: string): string {
  const url = new URL(serviceUrl('superuserUrl'));
  url.username = role;
  url.password = PASSWORD;
  return url.href;
}
