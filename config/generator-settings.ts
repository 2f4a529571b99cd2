import type { FlagReader } from './flag-reader.ts'

export interface GeneratorSettings {
  mode: 'realistic' | 'parity'
  /** Events per second and use case. */
  rate: number | 'max'
  seed: string
  /** Divides every label delay of `realistic` mode: 1 is seconds, .001 is hours. */
  labelSpeed: number
  /** Generator options by name, such as `fraud-probability`. */
  options: Readonly<Record<string, string>>
}

export interface GeneratorFlags {
  mode?: string | undefined
  rate?: string | undefined
  seed?: string | undefined
  'label-speed'?: string | undefined
  /** `KEY=VALUE` each. */
  option?: readonly string[] | undefined
}

export function readGeneratorSettings(read: FlagReader, flags: GeneratorFlags): GeneratorSettings {
  const rate = read.pick('rate', flags.rate)
  return {
    mode: read.oneOf('mode', read.pick('mode', flags.mode), ['realistic', 'parity']),
    rate:
      rate === 'max'
        ? 'max'
        : read.number(
            'rate',
            rate,
            20,
            value => value > 0 && value <= 100_000,
            'more than 0 and at most 100000 events per second, or max,',
          ),
    seed: read.pick('seed', flags.seed) ?? '42',
    labelSpeed: read.number(
      'label-speed',
      read.pick('label-speed', flags['label-speed']),
      1,
      value => value > 0,
      'a number above 0',
    ),
    options: read.pairs('option', flags.option ?? []),
  }
}
