import { Cluster, type Redis } from 'ioredis'
import { PortError } from '#ports/port-error.ts'
import type { RedisClient } from './redis-client.ts'
import type { RedisTarget } from './redis-target.ts'

const MINIMUM = [6, 2] as const

/** Refuses servers before 6.2 and servers of another kind than the setting says. Throws ENGINE_UNSUPPORTED. */
export const checkServer = async (client: RedisClient, target: RedisTarget): Promise<void> => {
  if (!(client instanceof Cluster)) return checkNode(client, target)
  await Promise.all(client.nodes('master').map(node => checkNode(node, target)))
  const info = await client.cluster('INFO')
  if (!`${info}`.includes('cluster_state:ok')) {
    throw new PortError(
      'ENGINE_UNREACHABLE',
      `${target.label} does not serve all slots, wanted cluster_state:ok. Look at CLUSTER INFO of its nodes.`,
    )
  }
}

const checkNode = async (node: Redis, target: RedisTarget): Promise<void> => {
  const { version, mode } = await hello(node)
  const [major = 0, minor = 0] = version.split('.').map(part => Number(part) || 0)
  if (major < MINIMUM[0] || (major === MINIMUM[0] && minor < MINIMUM[1])) {
    throw unsupported(target, `is version ${version}, wanted ${MINIMUM.join('.')} or later. Upgrade it`)
  }
  const wanted = target.kind === 'cluster' ? 'cluster' : 'standalone'
  if (mode === wanted) return
  const instead = { cluster: 'REDIS_CLUSTER', sentinel: 'REDIS_SENTINELS', standalone: 'REDIS_URL' }[mode]
  throw unsupported(target, `is a ${mode}, wanted a ${wanted}. Set ${instead} instead of ${target.setting}`)
}

const MODES = { cluster: 'cluster', sentinel: 'sentinel', standalone: 'standalone' } as const

/** Any user may say HELLO; without arguments it exists since 6.2. */
const hello = async (node: Redis): Promise<{ version: string; mode: keyof typeof MODES }> => {
  let reply: unknown
  try {
    reply = await node.call('HELLO')
  } catch (error) {
    const old = error instanceof Error && /unknown command|wrong number of arguments/.test(error.message)
    if (!old) throw error
    return { version: 'before 6.2', mode: 'standalone' }
  }
  const fields = Array.isArray(reply) ? reply : []
  const field = (name: string) => `${fields[fields.indexOf(name) + 1] ?? ''}`
  return { version: field('version'), mode: MODES[field('mode') as keyof typeof MODES] ?? 'standalone' }
}

const unsupported = (target: RedisTarget, text: string) =>
  new PortError('ENGINE_UNSUPPORTED', `${target.label} ${text}.`)
