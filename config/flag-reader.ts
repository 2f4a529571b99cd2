/** Reads flags, which win over variables. What is wrong with one goes to the problems, and its default is taken. */
export interface FlagReader {
  /** The flag's text, or else the variable's unless that is empty. */
  pick(name: string, flag: string | undefined, variable?: string): string | undefined
  number(
    name: string,
    text: string | undefined,
    fallback: number,
    valid: (value: number) => boolean,
    wanted: string,
  ): number
  /** The first value is the default. */
  oneOf<const T extends string>(name: string, text: string | undefined, values: readonly [T, ...T[]]): T
  /** `KEY=VALUE` each. */
  pairs(name: string, texts: readonly string[]): Record<string, string>
  port(text: string | undefined, fallback: number): number
  problem(message: string): void
  /** Names that were picked with a value. */
  given: ReadonlySet<string>
}

export function createFlagReader(problems: string[]): FlagReader {
  const given = new Set<string>()
  const problem = (message: string) => void problems.push(message)

  const number: FlagReader['number'] = (name, text, fallback, valid, wanted) => {
    if (text === undefined) return fallback
    const value = text.trim() === '' ? Number.NaN : Number(text)
    if (Number.isFinite(value) && valid(value)) return value
    problem(`--${name}: "${text}" given, ${wanted} wanted.`)
    return fallback
  }

  return {
    given,
    problem,
    number,
    pick(name, flag, variable) {
      const value = flag ?? (variable === '' ? undefined : variable)
      if (value !== undefined) given.add(name)
      return value
    },
    oneOf(name, text, values) {
      if (text === undefined) return values[0]
      const found = values.find(value => value === text)
      if (!found) problem(`--${name}: "${text}" given, ${values.join(' or ')} wanted.`)
      return found ?? values[0]
    },
    pairs: (name, texts) =>
      Object.fromEntries(
        texts.flatMap((text): [string, string][] => {
          const at = text.indexOf('=')
          if (at > 0) return [[text.slice(0, at), text.slice(at + 1)]]
          problem(`--${name}: "${text}" given, KEY=VALUE wanted.`)
          return []
        }),
      ),
    port: (text, fallback) =>
      number(
        'port',
        text,
        fallback,
        value => Number.isInteger(value) && value >= 0 && value < 65536,
        'a port from 0 to 65535',
      ),
  }
}
