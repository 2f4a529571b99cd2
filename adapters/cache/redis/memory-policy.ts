import { Cluster } from 'ioredis'
import type { RedisClient } from './redis-client.ts'
import type { RedisTarget } from './redis-target.ts'

/** What an operator should know about the server's eviction; null if there is nothing, or if INFO is not allowed. */
export const memoryPolicyNotice = async (
  client: RedisClient,
  { label }: RedisTarget,
): Promise<string | null> => {
  const node = client instanceof Cluster ? client.nodes('master')[0] : client
  const info = await node?.info('memory').catch(() => '')
  const field = (name: string) => new RegExp(`^${name}:(\\S+)`, 'm').exec(info ?? '')?.[1] ?? ''
  const policy = field('maxmemory_policy')
  if (!policy || field('maxmemory') === '0') return null
  if (policy === 'noeviction') {
    return `${label} refuses writes when its memory is full (maxmemory-policy noeviction), wanted volatile-lru or allkeys-lru.`
  }
  if (!policy.startsWith('allkeys')) return null
  return `${label} may evict leases (maxmemory-policy ${policy}): a session then changes hands early. volatile-lru spares them.`
}
