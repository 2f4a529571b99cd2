import type { Cluster } from './cluster.ts'
import { protocolError } from './protocol-error.ts'

interface DescribeConfigsAnswer {
  resources: readonly {
    errorCode: number
    configEntries: readonly { configName: string; configValue: string | null }[]
  }[]
}

const TOPIC = 2

/** Whether a topic keeps the newest record of each key; a client that may not look at configurations takes it for no. */
export const isCompacted = (cluster: Cluster, topic: string): Promise<boolean> =>
  cluster.retry(`configuration of ${topic}`, async () => {
    const { resources } = await (await cluster.anyLink()).call<DescribeConfigsAnswer>('DescribeConfigs', {
      resources: [{ type: TOPIC, name: topic, configNames: ['cleanup.policy'] }],
    })
    const error = resources[0]?.errorCode ? protocolError(resources[0].errorCode) : null
    if (error?.type === 'TOPIC_AUTHORIZATION_FAILED') return false
    if (error) throw error
    const policy = resources[0]?.configEntries.find(({ configName }) => configName === 'cleanup.policy')
    return policy?.configValue?.includes('compact') ?? false
  })
