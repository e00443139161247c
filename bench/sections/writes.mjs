// Contacts that are created one at a time by 64 clients, without a key and under one, and many at once by `calkeep load`.
import { unique } from '../support/client.mjs';
import { requestText } from '../support/requests.mjs';
import { runRounds } from '../support/rounds.mjs';

/** @returns `create` and `keyed`: what `runRounds` says; `bulk`: contacts a second. */
export async function measureWrites({ place, client, workspaces, rounds, seconds, bulkContacts }) {
  const server = await place.startApi();
  try {
    const create = { server, load: { requests: creations(workspaces), status: '201' } };
    const keyed = { server, load: { requests: creations(workspaces, { 'Idempotency-Key': unique }), status: '201' } };
    const onRound = () => process.stderr.write('.');
    const measured = await runRounds({ create, keyed }, { place, client, rounds, seconds, onRound });
    process.stderr.write('\n');
    return { ...measured, bulk: await bulk(place, bulkContacts) };
  } finally {
    await server.stop();
  }
}

function creations(workspaces, headers) {
  const body = JSON.stringify({ firstName: 'Ada', lastName: 'Whitfield', company: 'Bench', tags: ['bench'] });
  return workspaces.map(({ token }) => requestText('POST', '/api/v1/contacts', { token, body, headers }));
}

async function bulk(place, contacts) {
  const startedAt = performance.now();
  await place.load({ contacts });
  return { contacts, perSecond: contacts / ((performance.now() - startedAt) / 1000) };
}
