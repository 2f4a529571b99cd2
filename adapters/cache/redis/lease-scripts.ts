import { luaScript } from './lua-script.ts'

/*
 * A lease is a hash { owner, term, expires } that outlives its expiry: its term must never be given out twice. Time is the
 * server's, in milliseconds, so clocks of clients do not matter. Without a time to live of its own, no `volatile-*` policy
 * evicts it. After a flush a term begins at the server's time, above every term that the lost lease can have reached.
 */
const NOW = `
local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
local function integer(number) return string.format('%.0f', number) end
local lease = redis.call('HMGET', KEYS[1], 'owner', 'term', 'expires')
`

/** Arguments: owner, milliseconds. Returns { term, expires } as texts, or nil while another owner holds it. */
export const ACQUIRE_LEASE = luaScript(`${NOW}
local time = now()
local held = lease[3] and tonumber(lease[3]) > time
if held and lease[1] ~= ARGV[1] then return false end
local term = time
if lease[2] then term = tonumber(lease[2]) + (held and 0 or 1) end
local expires = time + tonumber(ARGV[2])
redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'term', integer(term), 'expires', integer(expires))
return { integer(term), integer(expires) }
`)

/** Argument: owner. Returns 1 if it held the lease. */
export const RELEASE_LEASE = luaScript(`${NOW}
if not lease[3] or lease[1] ~= ARGV[1] or tonumber(lease[3]) <= now() then return 0 end
redis.call('HSET', KEYS[1], 'expires', '0')
return 1
`)

/** Returns { owner, term, expires } as texts, or nil. */
export const LEASE_HOLDER = luaScript(`${NOW}
if not lease[3] or tonumber(lease[3]) <= now() then return false end
return lease
`)
