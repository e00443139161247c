import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { aWorkspace } from '../support/builders.js';
import { connect, inWorkspace } from '../support/database.js';
import { serviceUrl } from '../support/service-url.js';

const tagSets = fc.array(fc.constantFrom('vip', 'Lead', "it's", '', 'ß'), { maxLength: 4 });
const changes = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('create' as const), tags: fc.array(tagSets, { minLength: 1, maxLength: 3 }) }),
    fc.record({ kind: fc.constant('retag' as const), which: fc.nat(), tags: tagSets }),
    fc.record({ kind: fc.constant('rename' as const), which: fc.nat() }),
    fc.record({ kind: fc.constant('remove' as const), which: fc.nat() }),
    fc.record({ kind: fc.constant('remove all' as const) }),
  ),
  { maxLength: 8 },
);

it('the tags that are searched are those of the contacts, whatever was done to these', async () => {
  const client = await connect(serviceUrl('appUrl'));
  await fc.assert(
    fc.asyncProperty(changes, async (steps) => {
      const { uuid } = await aWorkspace();
      const ids: string[] = [];
      const one = (which: number) => ids[which % Math.max(ids.length, 1)];
      const found = await inWorkspace(client, uuid, async () => {
        for (const step of steps)
          if (step.kind === 'create') {
            const made = step.tags.map((tags) => ({ id: randomUUID(), tags }));
            ids.push(...made.map(({ id }) => id));
            await client.query(
              `insert into contacts (workspace_id, id, first_name, tags)
               select $1, id, 'Ada', array(select jsonb_array_elements_text(tags))
               from jsonb_to_recordset($2::jsonb) as made (id uuid, tags jsonb)`,
              [uuid, JSON.stringify(made)],
            );
          } else if (step.kind === 'retag')
            await client.query('update contacts set tags = $2 where id = $1', [one(step.which), step.tags]);
          else if (step.kind === 'rename')
            await client.query(`update contacts set first_name = 'Eve' where id = $1`, [one(step.which)]);
          else if (step.kind === 'remove') await client.query('delete from contacts where id = $1', [one(step.which)]);
          else await client.query('delete from contacts');
        const kept = await client.query('select tag, contact_id from contact_tags order by 1, 2');
        const meant = await client.query(
          'select distinct tag collate "C" as tag, id as contact_id from contacts cross join unnest(tags) tag order by 1, 2',
        );
        return { kept: kept.rows, meant: meant.rows };
      });
      expect(found.kept).toEqual(found.meant);
    }),
    { numRuns: 60 },
  );
});

it('the application cannot write them past the contacts', async () => {
  const client = await connect(serviceUrl('appUrl'));
  const { uuid } = await aWorkspace();
  const attempt = inWorkspace(client, uuid, () =>
    client.query(`insert into contact_tags (workspace_id, tag, contact_id) values ($1, 'vip', $1)`, [uuid]),
  );
  await expect(attempt).rejects.toThrow('permission denied');
});
