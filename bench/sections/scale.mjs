// What a request costs as its workspace grows: one connection, so that the time is the request's own.
import { query } from '../support/place.mjs';
import { requestText } from '../support/requests.mjs';
import { runRounds } from '../support/rounds.mjs';

export const operations = {
  single: 'single read',
  first: 'list, page 1 of 50, exact total',
  cursor: 'list, 50 after a cursor in the middle',
  deep: 'list, page 19,000 (the last one where there are fewer)',
  filtered: 'list, filtered by tag, exact total',
  search: 'list, found by `q`, exact total',
};

const deepPage = 19_000;
const pageSize = 50;

/**
 * @param workspaces by ascending number of contacts.
 * @returns by operation, by number of contacts: what `runRounds` says.
 */
export async function measureScale({ place, client, workspaces, rounds, seconds }) {
  const server = await place.startApi();
  try {
    const cases = {};
    for (const workspace of workspaces)
      for (const [operation, requests] of Object.entries(await requestsOf(place, server, workspace)))
        cases[`${operation} ${workspace.contacts}`] = { server, load: { requests } };
    const onRound = () => process.stderr.write('.');
    const measured = await runRounds(cases, { place, client, rounds, seconds, connections: 1, onRound });
    process.stderr.write('\n');
    return byOperation(measured);
  } finally {
    await server.stop();
  }
}

async function requestsOf({ superuserUrl }, { url }, { token, contacts }) {
  const target = (search) => [requestText('GET', `/api/v1/contacts${search}`, { token })];
  const ask = async (search) => {
    const answer = await fetch(`${url}/api/v1/contacts${search}`, { headers: { authorization: `Bearer ${token}` } });
    if (answer.status !== 200) throw new Error(`${search}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()).data;
  };
  const pages = Math.ceil(contacts / pageSize);
  const middle = await ask(`?page=${Math.max(1, Math.floor(pages / 2))}&limit=${pageSize}`);
  const [contact] = middle.contacts;
  const deep = Math.min(deepPage, pages);
  const [{ tag }] = await query(
    superuserUrl,
    'select unnest(tags) as tag from contacts group by 1 order by count(*) limit 1',
  );
  return {
    single: middle.contacts.map(({ id }) => target(`/${id}`)[0]),
    first: target(`?limit=${pageSize}`),
    cursor: target(`?limit=${pageSize}&cursor=${middle.pagination.nextCursor}`),
    deep: target(`?limit=${pageSize}&page=${deep}`),
    filtered: target(`?limit=${pageSize}&tag=${encodeURIComponent(tag)}`),
    search: target(`?limit=${pageSize}&q=${encodeURIComponent(contact.email.split('@')[0])}`),
  };
}

function byOperation(measured) {
  const curves = {};
  for (const [name, result] of Object.entries(measured)) {
    const [operation, contacts] = name.split(' ');
    (curves[operation] ??= {})[contacts] = result;
  }
  return curves;
}
