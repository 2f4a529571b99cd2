import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { type AccessSettings, demandToken, readAccessSettings } from './access-settings.ts'
import { type BatchSettings, readBatchSettings } from './batch-settings.ts'
import { ConfigError } from './config-error.ts'
import { type EngineSettings, readEngineSettings } from './engine-settings.ts'
import { createEnvironmentReader, type EnvironmentReader } from './environment-reader.ts'
import { createFlagReader } from './flag-reader.ts'
import { type GeneratorFlags, type GeneratorSettings, readGeneratorSettings } from './generator-settings.ts'
import { LOOPBACK } from './loopback.ts'
import { probePortOf } from './probe-port.ts'
import { readSinkSettings, type SinkLimits } from './sink-settings.ts'
import { readSqlSettings, type SqlSettings } from './sql-settings.ts'
import { readSubgraphSettings, type SubgraphSettings } from './subgraph-settings.ts'

type Engine = 'kafka' | 'redis' | 'mlflow' | 'lake'

/** What each role serves on by default, which flags it takes besides those of all, and which engines it needs or may use. */
export const ROLES = {
  gateway: { port: 4000, flags: [], engines: [], mayUse: ['redis'], isSubgraph: false },
  incremental: {
    port: 4101,
    flags: ['seed', 'data-dir'],
    engines: ['kafka', 'redis', 'mlflow'],
    // Predictions that the log no longer has are read from it.
    mayUse: ['lake'],
    isSubgraph: true,
  },
  observability: {
    port: 4102,
    flags: [],
    engines: ['kafka', 'redis', 'mlflow'],
    mayUse: [],
    isSubgraph: true,
  },
  producers: {
    port: 4103,
    flags: ['mode', 'rate', 'seed', 'label-speed', 'option'],
    engines: ['kafka', 'redis'],
    mayUse: [],
    isSubgraph: false,
  },
  sink: {
    port: 4104,
    flags: ['data-dir'],
    engines: ['kafka', 'redis', 'lake'],
    mayUse: [],
    isSubgraph: false,
  },
  sql: {
    port: 4105,
    flags: ['data-dir'],
    engines: ['kafka', 'redis', 'lake'],
    mayUse: [],
    isSubgraph: true,
  },
  batch: {
    port: 4106,
    flags: ['data-dir'],
    engines: ['kafka', 'redis', 'mlflow', 'lake'],
    mayUse: [],
    isSubgraph: true,
  },
} as const satisfies Record<
  string,
  {
    port: number
    flags: readonly string[]
    engines: readonly Engine[]
    mayUse: readonly Engine[]
    isSubgraph: boolean
  }
>

export type RoleName = keyof typeof ROLES

/** Everything that a process with one role can be told, validated and frozen. */
export interface RoleConfig {
  role: RoleName
  /** Names this process among those of its role: in leases, logs and metrics. */
  instance: string
  host: string
  port: number
  /** Whether other machines can reach it. */
  isExposed: boolean
  /** Of the probes beside a subgraph with mutual TLS and a gateway with a token; elsewhere they share the port. */
  probePort: number
  /** Where it keeps what it can make again; null: a temporary directory that is removed at the end. */
  dataDir: string | null
  engines: EngineSettings
  subgraphs: SubgraphSettings
  /** Gateway: who may use the graph. */
  access: AccessSettings
  /** Gateway: addresses of each subgraph, in any order. */
  urls: Readonly<Record<string, readonly string[]>>
  generators: GeneratorSettings
  sink: SinkLimits
  sql: SqlSettings
  batch: BatchSettings
  logFormat: 'pretty' | 'json'
  /** Which settings were given, as opposed to defaults. */
  given: ReadonlySet<string>
}

export interface RoleFlags extends GeneratorFlags {
  port?: string | undefined
  host?: string | undefined
  'data-dir'?: string | undefined
  instance?: string | undefined
  'log-format'?: string | undefined
  /** What is wrong with the command line itself. */
  problems?: readonly string[]
}

const VARIABLE = {
  kafka: 'KAFKA_BROKERS',
  redis: 'REDIS_URL',
  mlflow: 'MLFLOW_TRACKING_URI',
  lake: 'LAKE_URI',
} as const
const WHY = {
  kafka: 'the embedded log belongs to one process',
  redis: 'leases and live models are shared through it',
  mlflow: 'checkpoints travel from process to process through it',
  lake: 'the embedded lake belongs to one process; s3://bucket/prefix, or a folder that every process reaches, wanted',
} as const
const URLS = {
  incremental: 'INCREMENTAL_URL',
  observability: 'OBSERVABILITY_URL',
  sql: 'SQL_URL',
  batch: 'BATCH_URL',
} as const

/**
 * Flags win over the environment, which wins over defaults.
 * @throws ConfigError with every problem at once.
 */
export function readRoleConfig(
  role: string | undefined,
  flags: RoleFlags,
  environment: NodeJS.ProcessEnv,
): RoleConfig {
  const problems: string[] = [...(flags.problems ?? [])]
  if (!isRole(role)) {
    const given = role === undefined ? 'No role was given' : `Role "${role}" given`
    throw new ConfigError([...problems, `${given}, one of ${Object.keys(ROLES).join(', ')} wanted.`])
  }
  const read = createFlagReader(problems)
  const variables = createEnvironmentReader(environment, problems)
  const { port, engines: needed, mayUse, isSubgraph } = ROLES[role]
  const host = read.pick('host', flags.host) ?? '127.0.0.1'
  const dataDir = read.pick('data-dir', flags['data-dir'], environment['DATA_DIR'])
  const engines = readEngineSettings(variables)
  const subgraphs = readSubgraphSettings(variables)
  for (const engine of needed) {
    if (
      variables.set([VARIABLE[engine], ...(engine === 'redis' ? ['REDIS_SENTINELS', 'REDIS_CLUSTER'] : [])])
        .length === 0
    )
      problems.push(`Roles as separate processes need ${VARIABLE[engine]}: ${WHY[engine]}.`)
  }
  const ownPort = read.port(read.pick('port', flags.port, environment['PORT']), port)
  const config: RoleConfig = {
    role,
    instance:
      read.pick('instance', flags.instance) ?? `${role}-${hostname()}-${randomBytes(4).toString('hex')}`,
    host,
    port: ownPort,
    isExposed: !LOOPBACK.has(host),
    probePort: probePortOf(ownPort),
    dataDir: dataDir === undefined ? null : resolve(dataDir),
    engines: Object.fromEntries(
      Object.entries(engines).filter(([name]) => isAmong([...needed, ...mayUse], name)),
    ),
    subgraphs,
    access: role === 'gateway' ? readAccessSettings(variables) : { tokens: [] },
    urls: role === 'gateway' ? readUrls(variables, subgraphs) : {},
    generators: readGeneratorSettings(read, flags),
    sink: readSinkSettings(variables),
    sql: readSqlSettings(variables),
    batch: readBatchSettings(variables),
    logFormat: read.oneOf('log-format', read.pick('log-format', flags['log-format']), ['pretty', 'json']),
    given: read.given,
  }
  if (role === 'gateway') demandToken(variables, host)
  const isProven = variables.set(['SUBGRAPH_SECRET', 'SUBGRAPH_TLS_CERT']).length > 0
  if (isSubgraph && !LOOPBACK.has(host) && !isProven)
    problems.push(
      `--host: "${host}" given without SUBGRAPH_SECRET or SUBGRAPH_TLS_CERT, _KEY and _CA; anybody could take the gateway's place, so one of them or a loopback address wanted.`,
    )
  if (problems.length > 0) throw new ConfigError(problems)
  return Object.freeze(config)
}

function isRole(name: string | undefined): name is RoleName {
  return name !== undefined && Object.hasOwn(ROLES, name)
}

function isAmong(engines: readonly Engine[], name: string): boolean {
  return engines.some(engine => engine === name)
}

function readUrls(variables: EnvironmentReader, { tls }: SubgraphSettings): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(URLS).map(([name, variable]) => {
      if (variables.text(variable) === undefined)
        variables.problem(`A gateway needs ${variable}: the address of a subgraph, or several with commas.`)
      // Mutual TLS was configured to be used: plain HTTP would be a mistake that nobody sees.
      const urls = variables.urls(variable, tls ? ['https:'] : ['http:', 'https:']) ?? []
      return [name, urls.map(url => (url.pathname === '/' ? new URL('/graphql', url) : url).href)]
    }),
  )
}
