import type { ChartOptions } from './chart-kind.ts'

/** Options that `readChartOptions` has checked, by type. */
export interface ChartOptionReader {
  number(name: string): number
  numberOrNull(name: string): number | null
  text(name: string): string
  textOrNull(name: string): string | null
  numbersOrNull(name: string): readonly number[] | null
  textsOrNull(name: string): readonly string[] | null
}

export function createChartOptionReader(options: ChartOptions): ChartOptionReader {
  const fail = (name: string, wanted: string): never => {
    throw new TypeError(`Option ${name} is ${JSON.stringify(options[name])}, wanted ${wanted}.`)
  }
  const list = (name: string) => {
    const value = options[name] ?? null
    return value === null || Array.isArray(value)
      ? (value as readonly unknown[] | null)
      : fail(name, 'a list')
  }
  return {
    number(name) {
      const value = options[name]
      return typeof value === 'number' ? value : fail(name, 'a number')
    },
    numberOrNull(name) {
      const value = options[name] ?? null
      return value === null || typeof value === 'number' ? value : fail(name, 'a number')
    },
    text(name) {
      const value = options[name]
      return typeof value === 'string' ? value : fail(name, 'a text')
    },
    textOrNull(name) {
      const value = options[name] ?? null
      return value === null || typeof value === 'string' ? value : fail(name, 'a text')
    },
    numbersOrNull: name => list(name) as readonly number[] | null,
    textsOrNull: name => list(name) as readonly string[] | null,
  }
}
