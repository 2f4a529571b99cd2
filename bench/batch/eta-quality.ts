import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeTable } from '#learn/batch/table-file.ts'
import { RUN_FILES } from '#subgraphs/batch/training/run-files.ts'
import type { UseCase } from '#use-cases/define.ts'
import { etaLaw } from '#use-cases/eta-domain.ts'
import { eta } from '#use-cases/eta.ts'
import type { BenchResult } from '../bench-result.ts'
import { environment } from '../environment.ts'
import { createEtaOracle, etaLimit, type Trip } from '../limits/eta-limit.ts'
import { askChild } from './ask-child.ts'
import { eventsOverWeeks } from './events-over-weeks.ts'
import { fillLake } from './fill-lake.ts'
import type { JobAnswer } from './run-job.ts'

const ROWS = 300_000
/** As many as the file of the test part holds. */
const TEST_SHARE = 0.3
const SEEDS = ['1', '2']
/** Mean absolute error that is left when the latent factors are known as the debug fields round them, seconds. */
const DEBUG_FLOOR = 33.4

const REGIMES: Readonly<Record<string, (trip: Trip) => boolean>> = {
  'all trips': () => true,
  'rush hours': trip => !isWeekend(trip) && isRush(trip),
  'off-peak': trip => !isWeekend(trip) && !isRush(trip),
  weekends: isWeekend,
}

/** How close does a job with default parameters come to the exact limit of its test trips, in each regime, and how far does the leak go? */
export async function etaQuality(directory: string): Promise<BenchResult[]> {
  const results: BenchResult[] = []
  for (const seed of SEEDS) {
    const events = eventsOverWeeks(eta, { count: ROWS, seed })
    const folder = join(directory, seed)
    await fillLake({ directory: folder, useCase: eta as UseCase, events })
    results.push(...(await withoutLeak(folder, events as Trip[], seed)))
    if (seed === SEEDS[0]) results.push(await withLeak(folder, events as Trip[]))
  }
  return results
}

async function withoutLeak(directory: string, events: readonly Trip[], seed: string): Promise<BenchResult[]> {
  const { job, trips, errors } = await train(directory, events, false)
  const oracle = createEtaOracle()
  const method = `${ROWS} parity trips over six weeks, seed ${seed}, a job with default parameters over the lake, tested on the last ${trips.length}, ${job.iterations} trees, ${job.seconds.toFixed(0)} s; limit: conditional median of the same trips given regime, distance and rating`
  return Object.entries(REGIMES).map(([regime, isIn]) => {
    const chosen = trips.filter(isIn)
    const ours =
      errors.filter((_, row) => isIn(trips[row] as Trip)).reduce((a, b) => a + b, 0) / chosen.length
    const { mae } = etaLimit(chosen, oracle)
    return {
      name: `ETA, mean absolute error, ${regime}`,
      ours,
      peer: mae,
      ratio: ours / mae,
      unit: 's',
      method,
      environment: environment(),
    }
  })
}

async function withLeak(directory: string, events: readonly Trip[]): Promise<BenchResult> {
  const { job, trips, errors } = await train(directory, events, true)
  const ours = errors.reduce((a, b) => a + b, 0) / errors.length
  return {
    name: 'ETA, mean absolute error with the debug fields',
    ours,
    peer: DEBUG_FLOOR,
    ratio: ours / DEBUG_FLOOR,
    unit: 's',
    method: `${ROWS} parity trips over six weeks, seed ${SEEDS[0]}, includeDebugFeatures, tested on the last ${trips.length}, ${job.iterations} trees, ${job.seconds.toFixed(0)} s; limit: the law of the stream with its factors as the debug fields round them`,
    environment: environment(),
  }
}

async function train(directory: string, events: readonly Trip[], includeDebugFeatures: boolean) {
  const out = join(directory, includeDebugFeatures ? 'run-debug' : 'run')
  const job = await askChild<JobAnswer>('run-job.ts', {
    useCase: eta.id,
    directory,
    spec: { includeDebugFeatures, parameters: { validationShare: 0.1, testShare: TEST_SHARE } },
    out,
  })
  const test = decodeTable(readFileSync(join(out, RUN_FILES.test)))
  const { label, score } = test.extra as { label: Float64Array; score: Float64Array }
  const trips = events.slice(-test.rows)
  const isSame = trips.every((trip, row) => trip.simulated_actual_travel_time_seconds === label[row])
  if (test.of !== test.rows || !isSame) {
    throw new Error(`The test part holds ${test.rows} of ${test.of} rows, wanted the last events.`)
  }
  return { job, trips, errors: label.map((truth, row) => Math.abs(truth - (score[row] as number))) }
}

function isWeekend({ day_of_week }: Trip): boolean {
  return day_of_week >= 5
}

function isRush({ hour_of_day: hour }: Trip): boolean {
  return etaLaw.rushHours.some(([first, last]) => hour >= first && hour <= last)
}
