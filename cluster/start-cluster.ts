import { randomBytes } from 'node:crypto'
import { freePort } from '#engines/free-port.ts'
import { requireFreePorts } from './require-free-ports.ts'
import { type RoleProcess, type RoleProcessOptions, startRoleProcess } from './role-process.ts'
import { type Engines, startEngines } from './start-engines.ts'
import { startTogether } from './start-together.ts'

export interface ClusterOptions {
  /** Where engines keep their data; null for temporary folders. Default null. */
  directory?: string | null
  kafkaVersion?: Engines['kafka']['version'] | undefined
  /** Such as run already and stay their owner's; default ones of its own. */
  engines?: Engines | undefined
  /** Of the first gateway, the others follow; default, and 0: free ones. */
  port?: number | undefined
  /** Processes of each role; default one. */
  incremental?: number
  gateways?: number
  sinks?: number
  sql?: number
  batch?: number
  /** Two or more: all but one stand by. */
  producers?: number
  /** Flags of the producers, such as `['--rate', '100']`. */
  producerArgs?: readonly string[]
  incrementalArgs?: readonly string[]
  /** More environment for a process, over the cluster's: another address of an engine, for one. */
  envOf?: (name: string, engines: Engines) => Readonly<Record<string, string>>
  onLine?: (name: string, line: string) => void
  /** Told of each step: `engines`, `roles`, `gateways`. */
  onStage?: (stage: string) => void
  /** Gives the start up; what has been started ends. */
  signal?: AbortSignal | undefined
}

export interface Cluster extends AsyncDisposable {
  /** Of the first gateway, without a path. */
  url: string
  /** Of all gateways. */
  urls: readonly string[]
  /** By name: `gateway-1`, `incremental-1`, `observability-1`, `sql-1`, `batch-1`, `sink-1`, `producers-1`, … */
  roles: ReadonlyMap<string, RoleProcess>
  kafka: Engines['kafka']
  redis: Engines['redis']
  mlflow: Engines['mlflow']
  s3: Engines['s3']
  /** What the processes of roles were told, secrets included. */
  env: Readonly<Record<string, string>>
  /** One of `roles`; throws for a name that there is not. */
  role(name: string): RoleProcess
  /** Starts one more process, which ends with the cluster. A new subgraph is not known to gateways that run already. */
  add(options: Omit<RoleProcessOptions, 'env' | 'onLine'>): Promise<RoleProcess>
  stop(): Promise<void>
}

/** Starts broker, Redis, MLflow, an S3 server and every role as processes of their own on this machine, and waits until all are ready. */
export async function startCluster({
  directory = null,
  kafkaVersion,
  engines: given,
  port,
  incremental = 1,
  gateways = 1,
  sinks = 1,
  sql = 1,
  batch = 1,
  producers = 1,
  producerArgs = [],
  incrementalArgs = [],
  envOf = () => ({}),
  onLine,
  onStage = () => {},
  signal,
}: ClusterOptions = {}): Promise<Cluster> {
  const gatewayNames = names('gateway', gateways)
  const gatewayPorts = !port ? [] : gatewayNames.map((_, i) => port + i)
  // Better told now than after the engines are up.
  await requireFreePorts(gatewayPorts)
  await using opened = new AsyncDisposableStack()
  const engines = given ?? opened.use(await startEngines({ directory, kafkaVersion }))
  onStage('engines')
  signal?.throwIfAborted()

  const roles = new Map<string, RoleProcess>()
  const ports = new Map<string, number>()
  const incrementals = names('incremental', incremental)
  const sqls = names('sql', sql)
  const batches = names('batch', batch)
  for (const name of [...incrementals, 'observability-1', ...sqls, ...batches])
    ports.set(name, await freePort())
  const graphOf = (name: string) => `http://127.0.0.1:${ports.get(name)}/graphql`
  const env = {
    ...engines.env,
    SUBGRAPH_SECRET: randomBytes(32).toString('base64url'),
    INCREMENTAL_URL: incrementals.map(graphOf).join(','),
    OBSERVABILITY_URL: graphOf('observability-1'),
    SQL_URL: sqls.map(graphOf).join(','),
    BATCH_URL: batches.map(graphOf).join(','),
  }
  // A role that ends with an engine gone would wait for it: roles end first, then the engines.
  const running = opened.use(new AsyncDisposableStack())

  async function startRole(options: Omit<RoleProcessOptions, 'env' | 'onLine'>): Promise<RoleProcess> {
    const { name } = options
    const process = await startRoleProcess({ ...options, onLine, env: { ...env, ...envOf(name, engines) } })
    roles.set(name, process)
    return process
  }
  const startAll = (role: string, all: readonly string[], args: readonly string[]) =>
    all.map(name => {
      const known = ports.get(name)
      return startRole({ name, role, args, ...(known !== undefined && { port: known }) })
    })

  await startTogether(running, [
    ...startAll('incremental', incrementals, incrementalArgs),
    ...startAll('observability', ['observability-1'], []),
    ...startAll('sql', sqls, []),
    ...startAll('batch', batches, []),
    ...startAll('sink', names('sink', sinks), []),
    ...startAll('producers', names('producers', producers), producerArgs),
  ])
  onStage('roles')
  signal?.throwIfAborted()

  gatewayPorts.forEach((each, i) => ports.set(gatewayNames[i] as string, each))
  const started = await startTogether(running, startAll('gateway', gatewayNames, []))
  onStage('gateways')
  signal?.throwIfAborted()

  const owned = opened.move()
  let stopping: Promise<void> | undefined
  const stop = () => (stopping ??= owned.disposeAsync())
  const urls = started.map(({ url }) => url)
  return {
    url: urls[0] as string,
    urls,
    roles,
    kafka: engines.kafka,
    redis: engines.redis,
    mlflow: engines.mlflow,
    s3: engines.s3,
    env,
    role(name) {
      const found = roles.get(name)
      if (!found) throw new Error(`"${name}" given, one of ${[...roles.keys()].join(', ')} wanted.`)
      return found
    },
    async add(options) {
      const process = await startRole(options)
      running.use(process)
      return process
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

function names(role: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${role}-${i + 1}`)
}
