import { resolve } from 'node:path'
import { ConfigError } from './config-error.ts'
import { createFlagReader } from './flag-reader.ts'
import { type GeneratorFlags, readGeneratorSettings } from './generator-settings.ts'

/** Everything that a cluster on one machine can be told. */
export interface ClusterConfig {
  /** Of the first gateway. */
  port: number
  /** Where engines keep their data; null: temporary folders that are removed at the end. */
  dataDir: string | null
  incremental: number
  gateways: number
  producers: number
  /** Flags to pass on to producers, and to processes with learners. */
  producerArgs: readonly string[]
  incrementalArgs: readonly string[]
}

export interface ClusterFlags extends GeneratorFlags {
  port?: string | undefined
  'data-dir'?: string | undefined
  ephemeral?: boolean | undefined
  incremental?: string | undefined
  gateways?: string | undefined
  producers?: boolean | undefined
  problems?: readonly string[]
}

const DEFAULT_PORT = 4000
/** More processes than this are for more machines. */
const MOST = 16

/** @throws ConfigError with every problem at once. */
export function readClusterConfig(flags: ClusterFlags): ClusterConfig {
  const problems: string[] = [...(flags.problems ?? [])]
  const read = createFlagReader(problems)
  const count = (name: string, text: string | undefined) =>
    read.number(
      name,
      text,
      1,
      value => Number.isInteger(value) && value >= 1 && value <= MOST,
      `1 to ${MOST} processes`,
    )
  if (flags.ephemeral && flags['data-dir'] !== undefined)
    problems.push('--ephemeral and --data-dir exclude each other.')
  readGeneratorSettings(read, flags)
  const config: ClusterConfig = {
    port: read.port(flags.port, DEFAULT_PORT),
    dataDir: flags.ephemeral ? null : resolve(flags['data-dir'] ?? '.data/cluster'),
    incremental: count('incremental', flags.incremental),
    gateways: count('gateways', flags.gateways),
    producers: (flags.producers ?? true) ? 1 : 0,
    producerArgs: argsOf(flags, ['mode', 'rate', 'seed', 'label-speed', 'option']),
    incrementalArgs: argsOf(flags, ['seed']),
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return Object.freeze(config)
}

function argsOf(flags: GeneratorFlags, names: readonly (keyof GeneratorFlags)[]): string[] {
  return names.flatMap(name => [flags[name] ?? []].flat().flatMap(value => [`--${name}`, value]))
}
