import { noText, referenceStartMs } from '#bench/limits/parity-events.ts'
import { createDriftMonitor } from '#learn/drift/drift-monitor.ts'
import type { DriftSignal } from '#learn/drift/drift-signal.ts'
import { createRandom } from '#learn/math/random.ts'
import type { Row } from '#learn/online/learner.ts'
import { createLearner } from '#learn/online/registry.ts'
import { createRowEncoder } from '#learn/online/row-encoder.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { JsonEvent, Mode } from '#use-cases/generator.ts'

export interface StationaryRun {
  useCase: UseCase
  mode: Mode
  seed: string
  events: number
}

/** A fraud decision by costs of 1 to 4. */
const DECISION = 0.2

/** What a session's monitor says of a stream whose law never changes, its learner learning all the while. */
export function stationaryAlarms({ useCase, mode, seed, events }: StationaryRun): DriftSignal[] {
  const encoder = createRowEncoder(useCase.features)
  const { learner: name, params } = useCase.online
  const learner = createLearner(name, { columns: encoder.columns, params, seed: 1 })
  if (learner.task === 'clustering') throw new Error(`${name} has no labels, wanted a learner with them.`)
  const monitor = createDriftMonitor({ columns: encoder.columns, task: useCase.task })
  const generator = useCase.generate({
    mode,
    options: {},
    random: createRandom(`stationary ${seed}`),
    faker: noText,
    startMs: referenceStartMs,
  })
  const waiting = new Map<unknown, { row: Row; score: number }>()
  const alarms: DriftSignal[] = []

  function label(row: Row, score: number, value: number): void {
    monitor.outcome(lossOf(score, value), value, score, monitor.regimeOf(row))
    if (learner.task === 'classification') learner.learn(row, value === 1 ? 1 : 0)
    else if (learner.task === 'regression') learner.learn(row, value)
  }

  /** Decisions that are wrong in `parity`, log loss in `realistic`, seconds of a regression. */
  function lossOf(score: number, value: number): number {
    if (learner.task === 'regression') return Math.abs(value - score)
    if (mode === 'parity') return score >= DECISION === (value === 1) ? 0 : 1
    return -Math.log(Math.max(1e-15, value === 1 ? score : 1 - score))
  }

  for (let seen = 0; seen < events; ) {
    const item = generator.next()
    if (item.kind === 'event') {
      const event = item.record as JsonEvent
      const row = encoder.encode(event).slice()
      const score = learner.predict(row)
      monitor.observe(row, score)
      if (mode === 'parity') label(row, score, Number(event[useCase.label?.field ?? '']))
      else waiting.set(event[useCase.eventId], { row, score })
      seen++
    } else if (item.kind === 'label') {
      const known = waiting.get(item.record.event_id)
      waiting.delete(item.record.event_id)
      if (known) label(known.row, known.score, Number(item.record.label))
    }
    alarms.push(...(monitor.take() ?? []))
  }
  return alarms
}
