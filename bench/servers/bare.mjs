// (a) THE BARE SERVER: Fastify, a pool of pg with prepared statements, one Redis script. What a good engineer writes on a free
// afternoon: no framework, no validation, no row-level security, no log.
import { newId, parsePublicId, toPublicId } from '@calkeep/contract';
import fastify from 'fastify';
import pg from 'pg';
import { createAdmission, isLimited, rateHeaders } from './admission.mjs';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const admit = createAdmission((query) => pool.query(query));
const app = fastify();

const columns = `id, first_name, last_name, email, phone, company, title, notes, tags, custom_fields, created_at, updated_at`;
const byId = { name: 'contact', text: `select ${columns} from contacts where workspace_id = $1 and id = $2` };
const newest = {
  name: 'contacts',
  text: `select ${columns} from contacts where workspace_id = $1 order by created_at desc, id desc limit $2 offset $3`,
};
const total = {
  name: 'total',
  text: `select coalesce(sum(total), 0)::int as total from resource_counters where workspace_id = $1 and resource = 'contacts'`,
};

app.addHook('onRequest', async (request, reply) => {
  const admission = await admit(request.headers.authorization);
  reply.header('X-CalKeep-Request-Id', (request.requestId = newId('request')));
  if (!admission) return fail(request, reply.code(401), 'invalid_token');
  reply.headers(rateHeaders(admission));
  if (isLimited(admission)) return fail(request, reply.code(429), 'rate_limited');
  request.workspaceId = admission.workspaceId;
});

app.get('/api/v1/contacts/:id', async (request, reply) => {
  const id = parsePublicId('contact', request.params.id);
  const { rows } = await pool.query({ ...byId, values: [request.workspaceId, id] });
  if (rows.length === 0) return fail(request, reply.code(404), 'not_found');
  return succeed(request, { contact: toContact(rows[0]) });
});

app.get('/api/v1/contacts', async (request) => {
  const { page = 1, limit = 50 } = request.query;
  const [contacts, counted] = await Promise.all([
    pool.query({ ...newest, values: [request.workspaceId, limit, (page - 1) * limit] }),
    pool.query({ ...total, values: [request.workspaceId] }),
  ]);
  const pagination = { page: Number(page), limit: Number(limit), total: counted.rows[0].total };
  return succeed(request, { contacts: contacts.rows.map(toContact), pagination });
});

function toContact(row) {
  return {
    id: toPublicId('contact', row.id),
    firstName: row.first_name,
    lastName: row.last_name,
    email: row.email,
    phone: row.phone,
    company: row.company,
    title: row.title,
    notes: row.notes,
    tags: row.tags,
    customFields: row.custom_fields,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function succeed({ requestId }, data) {
  return { success: true, data, meta: { apiVersion: 'v1', requestId } };
}

function fail({ requestId }, reply, code) {
  return reply.send({ success: false, error: { code, message: code, requestId } });
}

process.send({ url: await app.listen({ host: '127.0.0.1', port: 0 }) });
