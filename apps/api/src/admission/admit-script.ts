/** Callers that are remembered of a token in one window; those beyond are new each time, and recorded. */
export const callersMax = 10_000;
/** How long a fill may take. */
export const leaseLifetimeMs = 2_000;
/** How long uses that were not recorded wait for one that is. */
const usesLifetimeSeconds = 8 * 24 * 3_600;

/**
 * The one round trip to Redis of a request: principal, token bucket and workspace bucket, in one atomic
 * script. A refused request is charged nowhere. Time is Redis' own, so the clocks of API processes
 * do not matter. The arithmetic is that of http/token-bucket.ts. A bucket is the text "units at": in hashes, which take
 * two commands each way, both took a fifth of the script's time.
 *
 * The principal's entry lives for seconds and is filled under a lease: a miss hands out a lease, only its
 * holder may fill, and a revocation deletes entry and lease together. A fill that was read before the
 * revocation and arrives after it finds its lease gone and is refused, however long it was delayed
 * (the leases of "Scaling Memcache at Facebook", NSDI 2013, section 3.2.1; ADR 0005).
 *
 * It also decides which uses are recorded: the first in each window, each from an address or user agent
 * that is new in the window, and others by chance. A recorded use counts those before it that were not.
 *
 * KEYS  1 entry  2 lease  3 token bucket  4 workspace bucket  5 callers seen in this window
 *       6 uses not recorded yet                                  (one hash tag: the workspace)
 * ARGV  1 a fresh lease  2 the version of the entry that the caller holds already, or ''  3 '1' if the allow-list was found to hold the caller's address
 *       4 fingerprint of the caller  5 window of the sampling, ms  6 '1' if chance has this use recorded
 *       7 the lease that the fill was read under, or ''  8 gate  9 token requests  10 token window, s
 *       11 workspace requests  12 workspace window, s  13 lifetime of the entry, ms  14 principal as JSON
 *       (8 to 14 only with a fill)
 *
 * Answers  { 'miss', lease }                            read the principal and come back with it
 *          { 'stale' }                                  the fill was refused: start over
 *          { gate, json, version }                      'dead', 'plan' or 'allowlist': not charged
 *          { 'ok', json, version, t left, t reset, w left, w reset, uses that this one is recorded for, or 0 }
 *          { 'token' | 'workspace', json, version, t left, t reset, w left, w reset, retry after }
 * The version is the lease that the entry was filled under. To a caller who holds it the JSON, a kilobyte, is not told again: ''.
 */
export const admitScript = `
local entry = redis.call('HMGET', KEYS[1], 'gate', 'version', 'tr', 'tw', 'wr', 'ww')

if not entry[1] and ARGV[7] == '' then
  redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ${leaseLifetimeMs})
  return { 'miss', redis.call('GET', KEYS[2]) }
end
if not entry[1] then
  if redis.call('GET', KEYS[2]) ~= ARGV[7] then return { 'stale' } end
  redis.call('HSET', KEYS[1], 'gate', ARGV[8], 'version', ARGV[7], 'json', ARGV[14], 'tr', ARGV[9], 'tw', ARGV[10], 'wr', ARGV[11], 'ww', ARGV[12])
  redis.call('PEXPIRE', KEYS[1], ARGV[13])
  entry = { ARGV[8], ARGV[7], ARGV[9], ARGV[10], ARGV[11], ARGV[12] }
end

local gate, version, json = entry[1], entry[2], ''
if version ~= ARGV[2] then json = redis.call('HGET', KEYS[1], 'json') end
if gate == 'allowlist' and ARGV[3] == '1' then gate = 'open' end
if gate ~= 'open' then return { gate, json, version } end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function refill(known, requests, window)
  local capacity = requests * window
  if not known then return { units = capacity, at = now } end
  local space = string.find(known, ' ', 1, true)
  local at = tonumber(string.sub(known, space + 1))
  local seconds = math.max(0, math.floor((now - at) / 1000))
  local units = math.min(capacity, tonumber(string.sub(known, 1, space - 1)) + seconds * requests)
  if units == capacity then return { units = units, at = now } end
  return { units = units, at = at + seconds * 1000 }
end

local function seconds_until(bucket, units, requests)
  local refills = math.ceil(math.max(0, units - bucket.units) / requests)
  return math.max(1, math.ceil((bucket.at + refills * 1000 - now) / 1000))
end

local function seconds_until_full(bucket, requests, window)
  if bucket.units == requests * window then return 0 end
  return seconds_until(bucket, requests * window, requests)
end

local function store(key, bucket, requests, window)
  local text = string.format('%.0f %.0f', bucket.units, bucket.at)
  redis.call('SET', key, text, 'EX', seconds_until_full(bucket, requests, window) + 1)
end

local tr, tw, wr, ww = tonumber(entry[3]), tonumber(entry[4]), tonumber(entry[5]), tonumber(entry[6])
local known = redis.call('MGET', KEYS[3], KEYS[4])
local token, workspace = refill(known[1], tr, tw), refill(known[2], wr, ww)

local refused, retry = nil, 0
if workspace.units < ww then refused, retry = 'workspace', seconds_until(workspace, ww, wr) end
if token.units < tw then refused, retry = 'token', math.max(retry, seconds_until(token, tw, tr)) end
local function uses_to_record()
  local is_new = redis.call('SISMEMBER', KEYS[5], ARGV[4]) == 0
  if is_new then
    local known = redis.call('SCARD', KEYS[5])
    if known < ${callersMax} then redis.call('SADD', KEYS[5], ARGV[4]) end
    if known == 0 then redis.call('PEXPIRE', KEYS[5], ARGV[5]) end
  end
  local uses = redis.call('INCR', KEYS[6])
  if not is_new and ARGV[6] ~= '1' then
    if uses == 1 then redis.call('EXPIRE', KEYS[6], ${usesLifetimeSeconds}) end
    return 0
  end
  redis.call('DEL', KEYS[6])
  return uses
end

local recorded = 0
if not refused then
  token.units, workspace.units = token.units - tw, workspace.units - ww
  store(KEYS[3], token, tr, tw)
  store(KEYS[4], workspace, wr, ww)
  recorded = uses_to_record()
end

return {
  refused or 'ok', json, version,
  math.floor(token.units / tw), seconds_until_full(token, tr, tw),
  math.floor(workspace.units / ww), seconds_until_full(workspace, wr, ww),
  refused and retry or recorded
}
`;
