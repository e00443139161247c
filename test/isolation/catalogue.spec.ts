import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { connect, scratchDatabase, type ScratchDatabase } from '../support/database.js';
import { RULES, tenantTables } from './catalogue-rules.js';
import { OFFENCES } from './catalogue-offences.js';
import { serviceUrl } from '../support/service-url.js';

describe('the migrated schema', () => {
  it.each(Object.entries(RULES))('%s', async (_name, rule) => {
    const client = await connect(serviceUrl('superuserUrl'));

    expect(await rule(client)).toEqual([]);
  });

  it('has tenant tables to check', async () => {
    const client = await connect(serviceUrl('superuserUrl'));

    expect(await tenantTables(client)).toEqual(expect.arrayContaining(['workspaces', 'contacts', 'audit_events']));
  });
});

describe('the rules', () => {
  let scratch: ScratchDatabase;
  beforeAll(async () => {
    scratch = await scratchDatabase();
  });
  afterAll(() => scratch.drop());

  it.each(OFFENCES)('notice: $statement', async ({ rule, statement, violation }) => {
    const client = await connect(scratch.superuserUrl);
    await client.query('BEGIN');
    await client.query(statement);

    expect(await violationsOf(client, rule)).toContain(violation);
  });

  it('are each shown to fail by an offence', () => {
    const shown = new Set(OFFENCES.map((offence) => offence.rule));

    expect(Object.keys(RULES).filter((rule) => !shown.has(rule))).toEqual([]);
  });
});

async function violationsOf(client: Client, name: string): Promise<string[]> {
  const rule = RULES[name];
  if (!rule) throw new Error(`No rule is called "${name}".`);
  return rule(client);
}
