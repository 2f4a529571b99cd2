import { type ArgsDef, defineCommand } from 'citty'
import { type Cluster, startCluster } from '#cluster/start-cluster.ts'
import { ConfigError, readClusterConfig } from '#config.ts'
import { repeatedOption } from './repeated-option.ts'
import { stopOnSignal } from './stop-on-signal.ts'
import { unknownArguments } from './unknown-arguments.ts'

const ARGS = {
  port: { type: 'string', description: 'Port of the first gateway (4000)' },
  incremental: { type: 'string', description: 'Processes that share the training sessions (1)' },
  gateways: { type: 'string', description: 'Gateways, at ports one after the other (1)' },
  'data-dir': { type: 'string', description: 'Where the engines keep their data (.data/cluster)' },
  ephemeral: { type: 'boolean', description: 'Keep everything in temporary directories' },
  mode: { type: 'string', description: 'realistic or parity' },
  rate: { type: 'string', description: 'Events per second and use case (20), or max' },
  seed: { type: 'string', description: 'Seed of generators and models (42)' },
  'label-speed': { type: 'string', description: 'Divides label delays: 1 is seconds, .001 is hours' },
  option: { type: 'string', description: 'KEY=VALUE for the generators; may be repeated' },
  producers: {
    type: 'boolean',
    default: true,
    description: 'Generate events',
    negativeDescription: 'Generate nothing',
  },
} as const satisfies ArgsDef
const OPTIONS = Object.fromEntries(Object.entries(ARGS).map(([name, { type }]) => [name, type === 'string']))

const STAGES: Readonly<Record<string, string>> = {
  engines: 'Kafka, Redis, MLflow and the S3 server are up',
  roles: 'subgraphs and generators are ready',
  gateways: 'gateways are ready',
}

/** Exit codes: 0 ended in order, 1 failed, 2 asked for something impossible. */
export const cluster = defineCommand({
  meta: { name: 'cluster', description: 'Run engines and every role as processes of this machine.' },
  args: ARGS,
  async run({ args, rawArgs }) {
    const ending = new AbortController()
    let starting: Promise<Cluster> | undefined
    // What is under way is started to its end and then ended, so that nothing is left behind.
    stopOnSignal(async () => {
      ending.abort(new Error('Told to end before it was ready.'))
      await starting?.then(
        running => running.stop(),
        () => {},
      )
    })
    try {
      const problems = unknownArguments(rawArgs, OPTIONS)
      const config = readClusterConfig({ ...args, option: repeatedOption(rawArgs, 'option'), problems })
      const { dataDir: directory, ...rest } = config
      starting = startCluster({
        ...rest,
        directory,
        signal: ending.signal,
        onLine: (name, line) => process.stderr.write(`${name.padEnd(16)} ${line}\n`),
        onStage: stage => process.stdout.write(`  ${seconds()} s  ${STAGES[stage] ?? stage}\n`),
      })
      tellReady(await starting, directory)
    } catch (error) {
      if (ending.signal.aborted) return
      process.stderr.write(`\n${(error as Error).message}\n`)
      process.exit(error instanceof ConfigError ? 2 : 1)
    }
  },
})

function seconds(): string {
  return (performance.now() / 1000).toFixed(1).padStart(5)
}

function tellReady({ urls, roles, kafka, redis, mlflow, s3 }: Cluster, directory: string | null): void {
  const engines = [
    ['kafka', kafka.brokers.join(','), kafka.pid],
    ['redis', `${redis.host}:${redis.port}`, redis.pid],
    ['mlflow', mlflow.url, mlflow.pid],
    ['s3', s3.endpoint, s3.pid],
  ] as const
  const processes = [...roles.values()].map(({ name, url, pid }) => [name, url, pid] as const)
  const rows = [...engines, ...processes].map(
    ([name, url, pid]) => `  ${name.padEnd(16)} ${String(pid).padStart(7)}  ${url}\n`,
  )
  process.stdout.write(
    `\nready in ${seconds().trim()} s\n\n  Graph and playground  ${urls.map(url => `${url}/graphql`).join('  ')}\n` +
      `  Data                  ${directory ?? 'temporary, removed at the end'}\n\n${rows.join('')}\n`,
  )
}
