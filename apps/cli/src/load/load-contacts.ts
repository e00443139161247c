import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { inWorkspace } from '../in-workspace.js';
import { contactColumns, createContactLines } from './contact-lines.js';

/** Large enough for COPY to pay, small enough for a progress bar that moves. */
const batchRows = 20_000;

export interface LoadContactsRequest {
  workspaceId: string;
  count: number;
  onLoaded: (rows: number) => void;
}

/**
 * Fills a workspace with contacts, a transaction for each batch. PostgreSQL refuses COPY into a table whose row-level
 * security binds the role, so each batch goes by COPY into a temporary table and from there, in one statement under the
 * policies, to its place.
 */
export async function loadContacts(client: pg.Client, request: LoadContactsRequest): Promise<void> {
  const { workspaceId, count, onLoaded } = request;
  const makeLines = createContactLines({ workspaceId, total: count, untilMs: Date.now() });
  const makeBatch = (from: number) => makeLines(from, Math.min(from + batchRows, count));
  const columns = contactColumns.join(', ');
  // Of these columns alone: others PostgreSQL makes of them.
  await client.query(
    `create temporary table if not exists loaded_contacts on commit delete rows as select ${columns} from contacts with no data`,
  );
  let lines = makeBatch(0);
  for (let done = 0; done < count; done += batchRows) {
    const batch = lines;
    await inWorkspace(client, workspaceId, async () => {
      await pipeline(Readable.from([batch]), client.query(copyFrom(`copy loaded_contacts (${columns}) from stdin`)));
      const inserted = client.query(`insert into contacts (${columns}) select ${columns} from loaded_contacts`);
      // Made while PostgreSQL works on this one.
      lines = makeBatch(Math.min(done + batchRows, count));
      await inserted;
    });
    onLoaded(Math.min(batchRows, count - done));
  }
}
