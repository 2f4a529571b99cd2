import { type Adapters, openAdapters } from '#adapters/open.ts'
import type { Cluster } from '#cluster/start-cluster.ts'

/** The engines of a cluster as its roles see them, for a look at what they left there. */
export function openClusterPorts(
  { env }: Pick<Cluster, 'env'>,
  onNotice: (level: string, message: string) => void = () => {},
): Promise<Adapters<'log' | 'control' | 'tracking'>> {
  const { KAFKA_BROKERS = '', MLFLOW_TRACKING_URI: uri = '' } = env
  return openAdapters({
    dataDir: null,
    ports: ['log', 'control', 'tracking'],
    engines: { kafka: { brokers: KAFKA_BROKERS.split(',') }, mlflow: { uri } },
    clientId: 'test',
    onNotice,
  })
}
