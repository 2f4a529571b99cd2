import type { UseCase } from '#use-cases/define.ts'
import { type Mode, modes } from '#use-cases/generator.ts'
import { resolveOptions } from '#use-cases/options.ts'

export interface ProducerSettings {
  mode: Mode
  /** Mean events per second; 'max' sends as fast as the log acknowledges, in the virtual pace of the reference system. */
  rate: number | 'max'
  seed: number | string
  /** Options of the use case by name; see its `options`. */
  options: Readonly<Record<string, unknown>>
  /** Divides every label delay. */
  labelSpeed: number
}

const defaultRate = 20
/** Beyond this a single process cannot keep up, and a typing error would fill the disk. */
const maxRate = 1_000_000

/**
 * Settings with the defaults filled in: realistic, 20 events a second, a new seed each time.
 * @throws Error with code `INVALID_SETTING` or `INVALID_OPTION`.
 */
export function completeSettings(
  useCase: UseCase,
  given: Partial<ProducerSettings>,
  base: ProducerSettings = createDefaults(),
): ProducerSettings {
  const present = Object.entries(given).filter(([, value]) => value !== undefined)
  const settings = { ...base, ...Object.fromEntries(present) } as ProducerSettings
  const { mode, rate, seed, options, labelSpeed } = settings
  if (!modes.includes(mode)) throw invalid('mode', mode, `one of ${modes.join(', ')}`)
  if (rate !== 'max' && !(typeof rate === 'number' && rate > 0 && rate <= maxRate)) {
    throw invalid('rate', rate, `"max" or events per second above 0 and up to ${maxRate}`)
  }
  if (typeof seed !== 'string' && !Number.isSafeInteger(seed))
    throw invalid('seed', seed, 'an integer or text')
  if (!(typeof labelSpeed === 'number' && labelSpeed > 0 && labelSpeed < Infinity)) {
    throw invalid('labelSpeed', labelSpeed, 'a finite number above 0')
  }
  resolveOptions(useCase.options, mode, options)
  return settings
}

function createDefaults(): ProducerSettings {
  const seed = Math.floor(Math.random() * 2 ** 32)
  return { mode: 'realistic', rate: defaultRate, seed, options: {}, labelSpeed: 1 }
}

function invalid(name: string, given: unknown, wanted: string): Error {
  return Object.assign(
    new Error(
      `Producer setting "${name}" was given ${JSON.stringify(given) ?? String(given)}; wanted ${wanted}.`,
    ),
    { code: 'INVALID_SETTING' },
  )
}
