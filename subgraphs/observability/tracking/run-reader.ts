import type { Experiment, Run } from '#ports/tracking.ts'
import { experimentNameOf } from '#subgraphs/experiment-name.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { TrackingGate } from './tracking-gate.ts'

/** Runs and experiments, as they were at most a second ago: a stream that joins its run to every event asks once. */
export interface RunReader {
  run(id: string): Promise<Run | null>
  experiments(): Promise<readonly Experiment[]>
  /** Null before the use case's first run. */
  experimentOf(useCase: UseCase): Promise<Experiment | null>
}

const FRESH_MS = 1000
const MOST_RUNS = 500

interface Kept<T> {
  answer: Promise<T>
  until: number
}

export function createRunReader({
  gate,
  now = Date.now,
}: {
  gate: TrackingGate
  now?: () => number
}): RunReader {
  const runs = new Map<string, Kept<Run | null>>()
  let experiments: Kept<readonly Experiment[]> | undefined

  const keep = <T>(answer: Promise<T>): Kept<T> => ({ answer, until: now() + FRESH_MS })
  const fresh = <T>(kept: Kept<T> | undefined) => (kept && now() < kept.until ? kept : undefined)

  function all(): Promise<readonly Experiment[]> {
    return (experiments = fresh(experiments) ?? keep(gate.ask(tracking => tracking.experiments()))).answer
  }

  return {
    run(id) {
      const kept = fresh(runs.get(id)) ?? keep(gate.ask(tracking => tracking.run(id)))
      // The oldest goes first.
      runs.delete(id)
      runs.set(id, kept)
      if (runs.size > MOST_RUNS) runs.delete(runs.keys().next().value as string)
      return kept.answer
    },
    experiments: all,
    async experimentOf(useCase) {
      const name = experimentNameOf(useCase)
      return (await all()).find(experiment => experiment.name === name) ?? null
    },
  }
}
