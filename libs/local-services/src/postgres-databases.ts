import pg from 'pg';

/** Two sessions that create or alter one role or database at once would fail. The lock ends with its session. */
const LOCK = `select pg_advisory_lock(hashtext('calkeep local-services'))`;

export interface OwnerRequest {
  /** Of a role that may create roles and databases, for any existing database. */
  superuserUrl: string;
  database: string;
  ownerPassword: string;
}

/**
 * Creates the role `calkeep_owner`, the database that it owns, or both, unless they are there, and returns the owner's URL
 * for it. The role creates the application's role and runs migrations; it is no superuser and does not bypass row level
 * security. May be called at every start, by several processes at once.
 */
export async function ensureOwner({ superuserUrl, database, ownerPassword }: OwnerRequest): Promise<string> {
  await withClient(superuserUrl, async (client) => {
    await client.query(LOCK);
    const { rowCount } = await client.query(`select from pg_roles where rolname = 'calkeep_owner'`);
    if (rowCount === 0) await client.query('create role calkeep_owner');
    const attributes = 'login createrole nosuperuser nocreatedb noreplication nobypassrls';
    // DDL takes no parameters; a failing statement must not put the password in the server's log.
    await client.query(`set log_min_error_statement = 'panic'`);
    await client.query(`alter role calkeep_owner ${attributes} password ${pg.escapeLiteral(ownerPassword)}`);
  });
  const url = new URL(await createDatabase(superuserUrl, database, 'calkeep_owner'));
  url.username = 'calkeep_owner';
  url.password = encodeURIComponent(ownerPassword);
  return url.href;
}

/** Creates a database unless there is one of that name, and returns the URL for it with the same credentials. */
export async function createDatabase(superuserUrl: string, name: string, owner?: string): Promise<string> {
  await withClient(superuserUrl, async (client) => {
    await client.query(LOCK);
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
    if (rowCount !== 0) return;
    const ownership = owner === undefined ? '' : ` owner ${pg.escapeIdentifier(owner)}`;
    await client.query(`create database ${pg.escapeIdentifier(name)}${ownership}`);
  });
  const url = new URL(superuserUrl);
  url.pathname = `/${encodeURIComponent(name)}`;
  return url.href;
}

async function withClient(url: string, use: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000, query_timeout: 30_000 });
  await client.connect();
  try {
    await use(client);
  } finally {
    await client.end();
  }
}
