import { luaScript } from './lua-script.ts'

/**
 * A bucket is a hash { tokens, at } that expires when it is full again, which equals one that never was. Time is the server's.
 * Arguments: capacity, tokens per second, cost. Returns { 1 or 0, tokens left as text, milliseconds to wait or -1 for ever }.
 */
export const TAKE_TOKENS = luaScript(`
local capacity, rate, cost = tonumber(ARGV[1]), tonumber(ARGV[2]) / 1000, tonumber(ARGV[3])
local clock = redis.call('TIME')
local time = clock[1] * 1000 + clock[2] / 1000
local bucket = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = capacity
if bucket[1] then
  tokens = math.min(capacity, tonumber(bucket[1]) + math.max(0, time - tonumber(bucket[2])) * rate)
end
local taken = cost <= tokens
if taken then tokens = tokens - cost end
local text = string.format('%.17g', tokens)
redis.call('HSET', KEYS[1], 'tokens', text, 'at', string.format('%.3f', time))
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', math.min(math.ceil((capacity - tokens) / rate) + 1, 1e15)))
if taken then return { 1, text, '0' } end
if cost > capacity then return { 0, text, '-1' } end
return { 0, text, string.format('%.0f', math.ceil((cost - tokens) / rate)) }
`)
