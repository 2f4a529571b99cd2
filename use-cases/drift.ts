import type { Random } from './random.ts'

/**
 * A change of concept, in seconds of virtual time. `abrupt`: the new concept replaces the old at `at`. `gradual`: over
 * `width` seconds events come from either, more and more from the new one. `seasonal`: the mixture swings from old to
 * new and back every `period`. `burst`: from `at` for `length` the signal is multiplied by `factor`.
 */
export type DriftKnob =
  | { kind: 'abrupt'; at: number }
  | { kind: 'gradual'; at: number; width: number }
  | { kind: 'seasonal'; period: number }
  | { kind: 'burst'; at: number; length: number; factor: number }

export interface Drift {
  /** Adds a knob whose times count from `nowMs`. */
  add(knob: DriftKnob, nowMs: number): void
  /** Whether the next event comes from the new concept. Draws from `random` only while a mixture is under way. */
  isNewConcept(timeMs: number, random: Random): boolean
  /** Product of the bursts under way; 1 outside them. */
  factor(timeMs: number): number
}

const parameters = {
  abrupt: ['at'],
  gradual: ['at', 'width'],
  seasonal: ['period'],
  burst: ['at', 'length', 'factor'],
} as const satisfies Record<DriftKnob['kind'], readonly string[]>

export function createDrift(): Drift {
  const knobs: { knob: DriftKnob; fromMs: number }[] = []
  return {
    add(knob, nowMs) {
      checkKnob(knob)
      knobs.push({ knob, fromMs: nowMs })
    },
    isNewConcept(timeMs, random) {
      if (knobs.length === 0) return false
      let old = 1
      for (const { knob, fromMs } of knobs) old *= 1 - weightOf(knob, (timeMs - fromMs) / 1000)
      // Independent knobs: an event stays in the old concept only if every one of them leaves it there.
      return old < 1 && (old <= 0 || random.next() >= old)
    },
    factor(timeMs) {
      let factor = 1
      for (const { knob, fromMs } of knobs) {
        if (knob.kind !== 'burst') continue
        const seconds = (timeMs - fromMs) / 1000
        if (seconds >= knob.at && seconds < knob.at + knob.length) factor *= knob.factor
      }
      return factor
    },
  }
}

/**
 * Reads knobs written as `abrupt(600)`, `gradual(600,300)`, `seasonal(3600)` or `burst(600,120,5)`, separated by spaces
 * or semicolons.
 * @throws Error with code `INVALID_DRIFT`.
 */
export function parseDriftKnobs(text: string): DriftKnob[] {
  return text
    .split(/[;\s]+(?![^(]*\))/)
    .filter(part => part !== '')
    .map(part => {
      const [, kind = '', list = ''] = /^([a-z]+)\(([^()]*)\)$/.exec(part) ?? []
      const names = Object.hasOwn(parameters, kind) ? parameters[kind as DriftKnob['kind']] : null
      const values = list.split(',').map(value => (value.trim() === '' ? NaN : Number(value)))
      if (!names || values.length !== names.length) {
        throw invalid(`Drift knob "${part}" cannot be read; wanted ${usage}.`)
      }
      const knob = Object.fromEntries([['kind', kind], ...names.map((name, index) => [name, values[index]])])
      checkKnob(knob as DriftKnob)
      return knob as DriftKnob
    })
}

const usage = Object.entries(parameters)
  .map(([kind, names]) => `${kind}(${names.join(',')})`)
  .join(', ')

function checkKnob(knob: DriftKnob): void {
  const values = knob as unknown as Record<string, unknown>
  for (const name of parameters[knob.kind]) {
    const value = values[name]
    const positive = name === 'period' || name === 'width' || name === 'length'
    if (typeof value !== 'number' || !Number.isFinite(value) || value < 0 || (positive && value === 0)) {
      const wanted = `a finite number ${positive ? 'above 0' : 'of at least 0'}`
      throw invalid(`Drift knob ${knob.kind} was given ${name} = ${String(value)}; wanted ${wanted}.`)
    }
  }
}

/** Probability that an event comes from the new concept, `seconds` after the knob was added. */
function weightOf(knob: DriftKnob, seconds: number): number {
  if (knob.kind === 'abrupt') return seconds >= knob.at ? 1 : 0
  if (knob.kind === 'gradual') return Math.min(1, Math.max(0, (seconds - knob.at) / knob.width))
  if (knob.kind === 'seasonal') return (1 - Math.cos((2 * Math.PI * seconds) / knob.period)) / 2
  return 0
}

function invalid(message: string): Error {
  return Object.assign(new Error(message), { code: 'INVALID_DRIFT' })
}
