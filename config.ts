import { resolve } from 'node:path'

/** Everything that a run can be told, validated and frozen. Only this file reads the environment. */
export interface Config {
  host: string
  port: number
  /** An explicit port that is taken is an error; the default moves on to the next free one. */
  portIsExplicit: boolean
  /** Null: a temporary directory that is removed at the end. */
  dataDir: string | null
  mode: 'realistic' | 'parity'
  /** Events per second and use case. */
  rate: number | 'max'
  seed: string
  /** Divides every label delay of `realistic` mode: 1 is seconds, .001 is hours. */
  labelSpeed: number
  /** Generator options by name, such as `fraud-probability`. */
  options: Readonly<Record<string, string>>
  producers: boolean
  logFormat: 'pretty' | 'json'
  /** Which settings were given, as opposed to defaults: only these override what the data directory remembers. */
  given: ReadonlySet<string>
}

/** Settings as a command line gives them: text, under the names of the flags. */
export interface Flags {
  port?: string | undefined
  host?: string | undefined
  'data-dir'?: string | undefined
  ephemeral?: boolean | undefined
  mode?: string | undefined
  rate?: string | undefined
  seed?: string | undefined
  'label-speed'?: string | undefined
  /** `KEY=VALUE` each. */
  option?: readonly string[] | undefined
  producers?: boolean | undefined
  'log-format'?: string | undefined
  /** What is wrong with the command line itself. */
  problems?: readonly string[]
}

export class ConfigError extends Error {
  readonly code = 'INVALID_CONFIGURATION'
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.problems = problems
  }
}

const DEFAULT_PORT = 4000
const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost'])

/**
 * Flags win over the environment (`PORT`, `DATA_DIR`), which wins over defaults.
 * @throws ConfigError with every problem at once.
 */
export function readConfig(flags: Flags = {}, environment: NodeJS.ProcessEnv = process.env): Config {
  const problems: string[] = [...(flags.problems ?? [])]
  const given = new Set<string>()

  function pick(flag: string | undefined, variable: string | undefined, name: string): string | undefined {
    const value = flag ?? (variable === '' ? undefined : variable)
    if (value !== undefined) given.add(name)
    return value
  }

  function number(
    name: string,
    text: string | undefined,
    fallback: number,
    valid: (value: number) => boolean,
    wanted: string,
  ): number {
    if (text === undefined) return fallback
    const value = text.trim() === '' ? Number.NaN : Number(text)
    if (Number.isFinite(value) && valid(value)) return value
    problems.push(`--${name}: "${text}" given, ${wanted} wanted.`)
    return fallback
  }

  function oneOf<const T extends string>(
    name: string,
    text: string | undefined,
    values: readonly [T, ...T[]],
  ): T {
    if (text === undefined) return values[0]
    const found = values.find(value => value === text)
    if (!found) problems.push(`--${name}: "${text}" given, ${values.join(' or ')} wanted.`)
    return found ?? values[0]
  }

  const host = pick(flags.host, undefined, 'host') ?? '127.0.0.1'
  if (!LOOPBACK.has(host)) {
    problems.push(
      `--host: "${host}" given; without authentication only a loopback address such as 127.0.0.1 is served.`,
    )
  }
  const portText = pick(flags.port, environment['PORT'], 'port')
  const dataDir = pick(flags['data-dir'], environment['DATA_DIR'], 'data-dir') ?? '.data'
  if (flags['data-dir'] === '') problems.push('--data-dir: nothing given, a folder wanted.')
  if (flags.ephemeral && flags['data-dir'] !== undefined)
    problems.push('--ephemeral and --data-dir exclude each other.')
  const rateText = pick(flags.rate, undefined, 'rate')
  const config: Config = {
    host,
    port: number(
      'port',
      portText,
      DEFAULT_PORT,
      value => Number.isInteger(value) && value >= 0 && value < 65536,
      'a port from 0 to 65535',
    ),
    portIsExplicit: portText !== undefined,
    dataDir: flags.ephemeral ? null : resolve(dataDir),
    mode: oneOf('mode', pick(flags.mode, undefined, 'mode'), ['realistic', 'parity']),
    rate:
      rateText === 'max'
        ? 'max'
        : number(
            'rate',
            rateText,
            20,
            value => value > 0 && value <= 100_000,
            'more than 0 and at most 100000 events per second, or max,',
          ),
    seed: pick(flags.seed, undefined, 'seed') ?? '42',
    labelSpeed: number(
      'label-speed',
      pick(flags['label-speed'], undefined, 'label-speed'),
      1,
      value => value > 0,
      'a number above 0',
    ),
    options: Object.fromEntries((flags.option ?? []).flatMap(text => parseOption(text, problems))),
    producers: flags.producers ?? true,
    logFormat: oneOf('log-format', pick(flags['log-format'], undefined, 'log-format'), ['pretty', 'json']),
    given,
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return Object.freeze(config)
}

function parseOption(text: string, problems: string[]): [key: string, value: string][] {
  const at = text.indexOf('=')
  if (at > 0) return [[text.slice(0, at), text.slice(at + 1)]]
  problems.push(`--option: "${text}" given, KEY=VALUE wanted.`)
  return []
}
