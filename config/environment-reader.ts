import { readFileSync } from 'node:fs'
import { withoutCredentials } from './without-credentials.ts'

export interface HostAndPort {
  host: string
  port: number
}

/** Reads variables by name and type. What is wrong with one goes to `problems`, and the variable counts as not set. */
export interface EnvironmentReader {
  /** An empty variable is one that is not set. */
  text(name: string): string | undefined
  /** The variable, or the first line of the file that `NAME_FILE` names; never part of a problem. */
  secret(name: string): string | undefined
  /** The content of the file that the variable names. */
  file(name: string): string | undefined
  flag(name: string): boolean | undefined
  integer(name: string, range: { min: number; max: number }): number | undefined
  oneOf<const T extends string>(name: string, values: readonly T[]): T | undefined
  /** An absolute URL with one of the protocols, such as `https:`. */
  url(name: string, protocols: readonly string[]): URL | undefined
  urls(name: string, protocols: readonly string[]): URL[] | undefined
  /** `host:port,host:port`. */
  hosts(name: string, defaultPort: number): HostAndPort[] | undefined
  /** Which of the names are set, by themselves or by a file. */
  set(names: readonly string[]): string[]
  problem(message: string): void
}

export function createEnvironmentReader(
  environment: NodeJS.ProcessEnv,
  problems: string[],
): EnvironmentReader {
  const text = (name: string) => {
    const value = environment[name]?.trim()
    return value === '' ? undefined : value
  }
  const problem = (message: string) => void problems.push(message)

  function read(name: string): string | undefined {
    const path = text(name)
    if (path === undefined) return undefined
    try {
      const content = readFileSync(path, 'utf8')
      if (content.trim() !== '') return content
      problem(`${name}: ${path} given, which is empty; a file with content wanted.`)
    } catch (error) {
      problem(`${name}: ${path} given, which can't be read (${codeOf(error)}); a readable file wanted.`)
    }
    return undefined
  }

  function urlOf(name: string, given: string, protocols: readonly string[]): URL | undefined {
    const url = URL.parse(given)
    if (url && url.hostname !== '' && protocols.includes(url.protocol)) return url
    const wanted = protocols.map(protocol => `${protocol}//host`).join(' or ')
    problem(`${name}: "${withoutCredentials(given)}" given, a URL such as ${wanted} wanted.`)
    return undefined
  }

  return {
    text,
    problem,
    file: read,
    secret(name) {
      const own = text(name)
      const fileName = `${name}_FILE`
      if (own !== undefined && text(fileName) !== undefined)
        problem(`${name} and ${fileName} exclude each other.`)
      return own ?? read(fileName)?.trim()
    },
    flag(name) {
      const value = text(name)
      if (value === undefined) return undefined
      if (['true', '1', 'yes'].includes(value.toLowerCase())) return true
      if (['false', '0', 'no'].includes(value.toLowerCase())) return false
      problem(`${name}: "${value}" given, true or false wanted.`)
      return undefined
    },
    integer(name, { min, max }) {
      const value = text(name)
      if (value === undefined) return undefined
      const number = Number(value)
      if (Number.isInteger(number) && number >= min && number <= max) return number
      problem(`${name}: "${value}" given, a whole number from ${min} to ${max} wanted.`)
      return undefined
    },
    oneOf(name, values) {
      const value = text(name)
      if (value === undefined) return undefined
      const found = values.find(each => each === value.toLowerCase())
      if (!found) problem(`${name}: "${value}" given, ${values.join(' or ')} wanted.`)
      return found
    },
    url(name, protocols) {
      const value = text(name)
      return value === undefined ? undefined : urlOf(name, value, protocols)
    },
    urls(name, protocols) {
      const parts = listOf(text(name))
      const urls = parts?.map(part => urlOf(name, part, protocols))
      return urls?.every(url => url !== undefined) ? urls : undefined
    },
    hosts(name, defaultPort) {
      const parts = listOf(text(name))
      const hosts = parts?.map(part => hostOf(part, defaultPort))
      if (hosts?.every(host => host !== undefined)) return hosts
      if (hosts) {
        const given = withoutCredentials(text(name) ?? '')
        problem(
          `${name}: "${given}" given, addresses such as host:${defaultPort},host:${defaultPort} wanted.`,
        )
      }
      return undefined
    },
    set: names =>
      names.flatMap(name => [name, `${name}_FILE`].filter(each => text(each) !== undefined).slice(0, 1)),
  }
}

function listOf(value: string | undefined): string[] | undefined {
  if (value === undefined) return undefined
  return value
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '')
}

/** `host`, `host:port`, `[::1]:port`. */
function hostOf(text: string, defaultPort: number): HostAndPort | undefined {
  const [, bracketed, plain, portText] =
    /^(?:\[([0-9a-fA-F:]+)\]|([A-Za-z0-9._-]+))(?::(\d+))?$/.exec(text) ?? []
  const host = bracketed ?? plain
  const port = portText === undefined ? defaultPort : Number(portText)
  return host !== undefined && port > 0 && port < 65536 ? { host, port } : undefined
}

function codeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException).code ?? 'unknown error')
}
