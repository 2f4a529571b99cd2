import type { BenchResult } from '#bench/bench-result.ts'
import { environment } from '#bench/environment.ts'
import { parityEvents } from '#bench/limits/parity-events.ts'
import { expectTask, labelledEvents } from '#bench/quality/prequential.ts'
import { createLearner } from '#learn/online/registry.ts'
import { createRowEncoder } from '#learn/online/row-encoder.ts'
import { eta } from '#use-cases/eta.ts'
import type { JsonEvent } from '#use-cases/generator.ts'

const EVENTS = 5000
const SEEDS = 1000
/** What no prediction may exceed, as a multiple of the largest target seen before it. */
const FACTOR = 3
const LEARNERS = ['robust-rls', 'hoeffding-tree-regressor', 'adaptive-random-forest-regressor']

interface Bounds {
  /** Largest |prediction| over the largest target seen before it. */
  worst: number
  /** Predictions above FACTOR times that target, or not finite. */
  broken: number
}

interface Options {
  seeds?: number
  events?: number
  learners?: readonly string[]
}

/** Does any arrival time go beyond three times the largest seen, over many streams? */
export async function etaBounds({
  seeds = SEEDS,
  events = EVENTS,
  learners = LEARNERS,
}: Options = {}): Promise<BenchResult[]> {
  const found = new Map(learners.map(name => [name, { worst: 0, broken: 0 }]))
  for (let seed = 1; seed <= seeds; seed++) {
    const data = rowsOf(events, String(seed))
    for (const [name, all] of found) {
      const { worst, broken } = boundsOf(name, data, seed)
      all.worst = Math.max(all.worst, worst)
      all.broken += broken
    }
  }
  return [...found].map(([name, { worst, broken }]) => {
    if (broken > 0) {
      throw new Error(
        `${name} predicted more than ${FACTOR} times the largest arrival time ${broken} times, wanted never.`,
      )
    }
    return {
      name: `ETA, largest prediction over the largest target seen, ${name}`,
      ours: worst,
      peer: FACTOR,
      ratio: worst / FACTOR,
      unit: '',
      method: `${seeds} seeds of ${events} parity events, predict and learn; peer: the most that is allowed`,
      environment: environment(),
    }
  })
}

function boundsOf(name: string, { columns, rows, targets }: ReturnType<typeof rowsOf>, seed: number): Bounds {
  const params = name === eta.online.learner ? eta.online.params : {}
  const learner = expectTask(createLearner(name, { columns, params, seed }), 'regression')
  const bounds = { worst: 0, broken: 0 }
  let largest = 0
  rows.forEach((row, i) => {
    const size = Math.abs(learner.predict(row))
    if (i > 0) {
      bounds.worst = Math.max(bounds.worst, size / largest)
      if (!(size <= FACTOR * largest)) bounds.broken++
    }
    const target = targets[i] as number
    largest = Math.max(largest, Math.abs(target))
    learner.learn(row, target)
  })
  return bounds
}

function rowsOf(count: number, seed: string) {
  const encoder = createRowEncoder(eta.features)
  const labelled = labelledEvents(eta, parityEvents(eta, { count, seed }) as readonly JsonEvent[])
  return {
    columns: encoder.columns,
    rows: labelled.map(({ event }) => encoder.encode(event)),
    targets: labelled.map(({ label }) => label),
  }
}
