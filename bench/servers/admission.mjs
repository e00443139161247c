// What the hand-written servers do before any work: the token's hash, one Redis script (principal and two counters), and
// on a miss the database. Principals are believed for five seconds, revoked or not; the product never believes one that
// was revoked.
import { createHmac } from 'node:crypto';
import { Redis } from 'ioredis';

const believedMs = 5_000;

const script = `
local known = redis.call('HMGET', KEYS[1], 'workspace', 'token', 'tokenLimit', 'workspaceLimit')
if not known[1] then return { 0 } end
local function count(key, limit)
  local used = redis.call('INCR', key)
  if used == 1 then redis.call('PEXPIRE', key, 60000) end
  return used, redis.call('PTTL', key)
end
local tokenUsed, tokenReset = count('limit:' .. known[2], known[3])
local workspaceUsed, workspaceReset = count('limit:' .. known[1], known[4])
return { 1, known[1], tonumber(known[3]), tokenUsed, tokenReset, tonumber(known[4]), workspaceUsed, workspaceReset }
`;

const principalQuery = {
  name: 'principal',
  text: `select h.workspace_id as workspace, h.token_id as token, coalesce(t.quota, p.token_requests_per_minute) as "tokenLimit",
                coalesce(w.requests_per_minute, p.workspace_requests_per_minute) as "workspaceLimit"
         from api_token_hashes h
         join api_tokens t on t.workspace_id = h.workspace_id and t.id = h.token_id
         join workspaces w on w.id = h.workspace_id
         join plans p on p.code = w.plan_code
         where h.token_hash = $1 and t.revoked_at is null and t.disabled_at is null
           and (t.expires_at is null or t.expires_at > now()) and 'contacts:read' = any(t.scopes)`,
};

/** @param query runs a statement of pg's on the server's own connections. */
export function createAdmission(query) {
  const redis = new Redis(process.env.REDIS_URL);
  redis.defineCommand('admit', { numberOfKeys: 1, lua: script });
  const pepper = Buffer.from(process.env.TOKEN_PEPPERS.split(':')[1], 'base64');

  async function principalInto(key, hash) {
    const { rows } = await query({ ...principalQuery, values: [hash] });
    if (rows.length === 0) return false;
    await redis.multi().hset(key, rows[0]).pexpire(key, believedMs).exec();
    return true;
  }

  /** The workspace and what is left of its limits; `null` for a token that is not good. */
  return async function admit(authorization = '') {
    const hash = createHmac('sha256', pepper).update(authorization.slice('Bearer '.length)).digest();
    const key = `principal:${hash.toString('base64')}`;
    let reply = await redis.admit(key);
    if (reply[0] === 0 && (await principalInto(key, hash))) reply = await redis.admit(key);
    if (reply[0] === 0) return null;
    const [, workspaceId, tokenLimit, tokenUsed, tokenReset, workspaceLimit, workspaceUsed, workspaceReset] = reply;
    return {
      workspaceId,
      token: { limit: tokenLimit, left: tokenLimit - tokenUsed, resetSeconds: Math.ceil(tokenReset / 1000) },
      workspace: {
        limit: workspaceLimit,
        left: workspaceLimit - workspaceUsed,
        resetSeconds: Math.ceil(workspaceReset / 1000),
      },
    };
  };
}

/** The headers of both families, as the product sends them. */
export function rateHeaders({ token, workspace }) {
  const nearer = workspace.left < token.left ? workspace : token;
  return {
    'RateLimit-Policy': `"token";q=${token.limit};w=60, "workspace";q=${workspace.limit};w=60`,
    RateLimit: `"token";r=${token.left};t=${token.resetSeconds}, "workspace";r=${workspace.left};t=${workspace.resetSeconds}`,
    'X-RateLimit-Limit': nearer.limit,
    'X-RateLimit-Remaining': nearer.left,
    'X-RateLimit-Reset': nearer.resetSeconds,
  };
}

export const isLimited = ({ token, workspace }) => token.left < 0 || workspace.left < 0;
