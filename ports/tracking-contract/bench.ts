import { it } from 'node:test'
import type { MetricPoint, NewRun, Run, Tracking } from '../tracking.ts'

export interface TrackingContract {
  name: string
  /** Opens a store; what it holds already must not matter, since every test makes its own experiments. */
  open: () => Promise<Tracking>
}

/** What the specifications of the contract share. */
export interface Bench {
  /** A test on a store of its own. */
  specification(title: string, run: (tracking: Tracking) => Promise<void>): void
  /** A test that closes the store itself. */
  closing(title: string, run: (tracking: Tracking) => Promise<void>): void
}

const TIMEOUT_MS = 60_000

export const createBench = ({ open }: TrackingContract): Bench => ({
  specification(title, run) {
    it(title, { timeout: TIMEOUT_MS }, async () => {
      await using tracking = await open()
      await run(tracking)
    })
  },
  closing(title, run) {
    it(title, { timeout: TIMEOUT_MS }, async () => run(await open()))
  },
})

let names = 0

/** A name that no other test uses, in no other process either. */
export const newName = (what = 'contract'): string => {
  names += 1
  return `${what} ${process.pid}-${Date.now()}-${names}`
}

/** The id of a new experiment. */
export const newExperiment = async (tracking: Tracking): Promise<string> =>
  (await tracking.ensureExperiment(newName())).id

/** A run in an experiment of its own, unless one is named. */
export const newRun = async (tracking: Tracking, run: Partial<NewRun> = {}): Promise<Run> =>
  tracking.createRun({
    experimentId: run.experimentId ?? (await newExperiment(tracking)),
    name: 'model',
    ...run,
  })

/** One point of a metric; the time follows the step. */
export const point = (name: string, value: number, step = 0): MetricPoint => ({
  name,
  value,
  step,
  at: 1_700_000_000_000 + step,
})

/** An id as the store makes them, that is in no store. */
export const ABSENT_RUN = '0123456789abcdef0123456789abcdef'
