// (b) THE TUNED LIMIT: raw node:http, four pipelined connections of pg, JSON built in SQL and spliced as text, answers that leave
// together. What is left when everything else is taken away; nobody would want to keep a server like this.
import { createServer } from 'node:http';
import { newId, parsePublicId } from '@calkeep/contract';
import { finishJson, id, instant, json, jsonObject } from '@calkeep/database';
import { AnswerGatherer } from '@calkeep/platform';
import pg from 'pg';
import { createAdmission, isLimited, rateHeaders } from './admission.mjs';

const connections = await Promise.all(
  Array.from({ length: 4 }, async () => {
    const client = new pg.Client({ connectionString: process.env.DATABASE_URL, pipeline: true });
    await client.connect();
    await client.query('set plan_cache_mode to force_generic_plan');
    return client;
  }),
);
let turn = 0;
const query = (statement) => connections[turn++ & 3].query(statement);
const admit = createAdmission(query);

const contact = jsonObject({
  id: id('contact', 'r.id'),
  firstName: json('r.first_name'),
  lastName: json('r.last_name'),
  email: json('r.email'),
  phone: json('r.phone'),
  company: json('r.company'),
  title: json('r.title'),
  notes: json('r.notes'),
  tags: json('r.tags'),
  customFields: json('r.custom_fields'),
  createdAt: instant('r.created_at'),
  updatedAt: instant('r.updated_at'),
});
const byId = {
  name: 'contact',
  rowMode: 'array',
  text: `select ${contact} from contacts r where workspace_id = $1 and id = $2`,
};
const newest = {
  name: 'contacts',
  rowMode: 'array',
  text: `select string_agg(${contact}, ',' order by r.created_at desc, r.id desc),
                (select coalesce(sum(total), 0)::text from resource_counters where workspace_id = $1 and resource = 'contacts')
         from (select * from contacts where workspace_id = $1 order by created_at desc, id desc limit $2 offset $3) r`,
};

async function handle(request, response) {
  const requestId = newId('request');
  const admission = await admit(request.headers.authorization);
  if (!admission) return end(response, 401, { 'X-CalKeep-Request-Id': requestId }, failure('invalid_token', requestId));
  const headers = rateHeaders(admission);
  headers['X-CalKeep-Request-Id'] = requestId;
  if (isLimited(admission)) return end(response, 429, headers, failure('rate_limited', requestId));
  const data = await dataFor(admission.workspaceId, request.url);
  if (data === null) return end(response, 404, headers, failure('not_found', requestId));
  end(response, 200, headers, `{"success":true,"data":${data},"meta":{"apiVersion":"v1","requestId":"${requestId}"}}`);
}

async function dataFor(workspaceId, url) {
  const [path, search] = url.split('?');
  if (path === '/api/v1/contacts') return list(workspaceId, new URLSearchParams(search));
  const { rows } = await query({ ...byId, values: [workspaceId, parsePublicId('contact', path.slice(17))] });
  return rows.length === 0 ? null : `{"contact":${finishJson(rows[0][0])}}`;
}

async function list(workspaceId, parameters) {
  const page = Number(parameters.get('page') ?? 1);
  const limit = Number(parameters.get('limit') ?? 50);
  const { rows } = await query({ ...newest, values: [workspaceId, limit, (page - 1) * limit] });
  const [items, total] = rows[0];
  return `{"contacts":[${finishJson(items ?? '')}],"pagination":{"page":${page},"limit":${limit},"total":${total}}}`;
}

function failure(code, requestId) {
  return JSON.stringify({ success: false, error: { code, message: code, requestId } });
}

function end(response, status, headers, body) {
  headers['Content-Type'] = 'application/json; charset=utf-8';
  headers['Content-Length'] = Buffer.byteLength(body);
  response.writeHead(status, headers).end(body);
}

const server = createServer((request, response) => {
  handle(request, response).catch((error) => response.destroy(error));
});
new AnswerGatherer().watch(server);
server.listen(0, '127.0.0.1', () => process.send({ url: `http://127.0.0.1:${server.address().port}` }));
