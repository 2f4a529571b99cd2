import { createRandom } from '../math/random.ts'
import type { Column, Row } from './learner.ts'

/** Seeded streams with a known law, for the tests of this folder. */
export interface Labelled {
  row: Row
  label: number
}

export const mixedColumns: readonly Column[] = [
  { name: 'size', kind: 'numeric' },
  { name: 'noise', kind: 'numeric' },
  { name: 'colour', kind: 'nominal' },
  { name: 'shape', kind: 'nominal' },
  { name: 'place', kind: 'nominal', scope: 'group' },
]

/** A rare class (5 %) that is larger, often of colour 0 and sometimes without a shape; `noise` and `place` say nothing. */
export function rareClass(n: number, seed: string): { row: Row; label: 0 | 1 }[] {
  const random = createRandom(seed)
  return Array.from({ length: n }, () => {
    const label = random.next() < 0.05 ? 1 : 0
    const row = Float64Array.of(
      Math.exp(random.normal() + (label === 1 ? 2 : 0)),
      random.normal(),
      random.next() < (label === 1 ? 0.6 : 0.1) ? 0 : 1 + random.below(5),
      random.next() < (label === 1 ? 0.3 : 0.01) ? -1 : random.below(3),
      random.below(20),
    )
    return { row, label }
  })
}

/** A travel time: size times a pace that depends on colour and shape together, with outliers. */
export function travelTime(n: number, seed: string): Labelled[] {
  const random = createRandom(seed)
  return Array.from({ length: n }, () => {
    const size = 1 + 50 * random.next()
    const colour = random.below(4)
    const shape = random.below(2)
    const pace = 60 + 10 * colour + (colour === 2 && shape === 1 ? 40 : 0)
    const outlier = random.next() < 0.02 ? 2000 * random.next() : 0
    const label = size * pace * (1 + 0.1 * random.normal()) + outlier
    return { row: Float64Array.of(size, random.normal(), colour, shape, random.below(20)), label }
  })
}

export interface GroupEvent {
  group: string
  truth: number
  row: Row
  timeMs: number
}

/** Interleaved groups of three kinds with geometric lengths, a tenth of a second between events. */
export function groupsOfThreeKinds(events: number, seed: string): GroupEvent[] {
  const random = createRandom(seed)
  const colours = [
    [0.7, 0.2, 0.1],
    [0.1, 0.7, 0.2],
    [0.2, 0.1, 0.7],
  ]
  const open: { group: string; truth: number; place: number }[] = []
  let created = 0
  return Array.from({ length: events }, (_, i) => {
    while (open.length < 40)
      open.push({ group: `g${created++}`, truth: random.below(3), place: random.below(20) })
    const at = random.below(open.length)
    const { group, truth, place } = open[at]
    const [a, b] = colours[truth]
    const draw = random.next()
    const row = Float64Array.of(
      random.normal() + 1.5 * truth,
      random.next() < 0.2 ? Number.NaN : random.normal(),
      draw < a ? 0 : draw < a + b ? 1 : 2,
      random.below(3),
      place,
    )
    if (random.next() < 0.12) open.splice(at, 1)
    return { group, truth, row, timeMs: 100 * i }
  })
}
