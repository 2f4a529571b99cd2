import { resolve } from 'node:path'
import { type AccessSettings, demandToken, readAccessSettings } from './access-settings.ts'
import { type BatchSettings, readBatchSettings } from './batch-settings.ts'
import { ConfigError } from './config-error.ts'
import { type EngineSettings, readEngineSettings } from './engine-settings.ts'
import { createEnvironmentReader } from './environment-reader.ts'
import { createFlagReader } from './flag-reader.ts'
import { type GeneratorFlags, type GeneratorSettings, readGeneratorSettings } from './generator-settings.ts'
import { LOOPBACK } from './loopback.ts'
import { probePortOf } from './probe-port.ts'
import { readSinkSettings, type SinkLimits } from './sink-settings.ts'
import { readSqlSettings, type SqlSettings } from './sql-settings.ts'

/** Everything that a run of the whole platform in one process can be told, validated and frozen. */
export interface Config extends GeneratorSettings {
  host: string
  port: number
  /** An explicit port that is taken is an error; the default moves on to the next free one. */
  portIsExplicit: boolean
  /** Of the probes, which need no token; null where only this machine is served. */
  probePort: number | null
  access: AccessSettings
  /** Null: a temporary directory that is removed at the end. */
  dataDir: string | null
  producers: boolean
  logFormat: 'pretty' | 'json'
  /** Real engines in the place of embedded ones. */
  engines: EngineSettings
  sink: SinkLimits
  sql: SqlSettings
  batch: BatchSettings
  /** Which settings were given, as opposed to defaults: only these override what the data directory remembers. */
  given: ReadonlySet<string>
}

/** Settings as a command line gives them: text, under the names of the flags. */
export interface Flags extends GeneratorFlags {
  port?: string | undefined
  host?: string | undefined
  'data-dir'?: string | undefined
  ephemeral?: boolean | undefined
  producers?: boolean | undefined
  'log-format'?: string | undefined
  /** What is wrong with the command line itself. */
  problems?: readonly string[]
}

const DEFAULT_PORT = 4000

/**
 * Flags win over the environment (`PORT`, `DATA_DIR`, and those of access, engines, sink, SQL and batch training), which wins over defaults.
 * @throws ConfigError with every problem at once.
 */
export function readPlatformConfig(flags: Flags, environment: NodeJS.ProcessEnv): Config {
  const problems: string[] = [...(flags.problems ?? [])]
  const read = createFlagReader(problems)
  const host = read.pick('host', flags.host) ?? '127.0.0.1'
  const port = read.pick('port', flags.port, environment['PORT'])
  const dataDir = read.pick('data-dir', flags['data-dir'], environment['DATA_DIR']) ?? '.data'
  if (flags['data-dir'] === '') problems.push('--data-dir: nothing given, a folder wanted.')
  if (flags.ephemeral && flags['data-dir'] !== undefined)
    problems.push('--ephemeral and --data-dir exclude each other.')
  const variables = createEnvironmentReader(environment, problems)
  const ownPort = read.port(port, DEFAULT_PORT)
  demandToken(variables, host)
  const config: Config = {
    host,
    port: ownPort,
    portIsExplicit: port !== undefined,
    probePort: LOOPBACK.has(host) ? null : probePortOf(ownPort),
    access: readAccessSettings(variables),
    dataDir: flags.ephemeral ? null : resolve(dataDir),
    ...readGeneratorSettings(read, flags),
    producers: flags.producers ?? true,
    logFormat: read.oneOf('log-format', read.pick('log-format', flags['log-format']), ['pretty', 'json']),
    engines: readEngineSettings(variables),
    sink: readSinkSettings(variables),
    sql: readSqlSettings(variables),
    batch: readBatchSettings(variables),
    given: read.given,
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return Object.freeze(config)
}
