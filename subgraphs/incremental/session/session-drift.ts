import { createDriftMonitor, type DriftMonitor, loadDriftMonitor } from '#learn/drift/drift-monitor.ts'
import type { DriftSignal } from '#learn/drift/drift-signal.ts'
import type { Row } from '#learn/online/learner.ts'
import type { RowEncoder } from '#learn/online/row-encoder.ts'
import type { StateReader } from '#learn/state/reader.ts'
import type { StateWriter } from '#learn/state/writer.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { JsonEvent } from '#use-cases/generator.ts'
import type { DriftRow } from './drift-record.ts'

/** Watches what a session sees for changes: the columns and scores of events, and the losses and labels that follow. */
export interface SessionDrift {
  /** Signals since the session began. */
  readonly count: number
  /** The newest, oldest first. */
  readonly recent: readonly DriftRow[]
  /** An event was predicted; adds what it gives away to `found`. */
  observe(row: Row, score: number, at: Moment, found: DriftRow[]): void
  /** A label was learned. */
  outcome(
    row: Row,
    outcome: { loss: number; label: number; score: number },
    at: Moment,
    found: DriftRow[],
  ): void
  /** Another model is published: what was usual for the one before says nothing of it. */
  restart(): void
  save(out: StateWriter): void
}

interface Moment {
  seq: number
  eventTime: number
}

const KEPT = 50

export function openSessionDrift(
  { task }: Pick<UseCase, 'task'>,
  encoder: RowEncoder<JsonEvent>,
  input?: StateReader,
): SessionDrift {
  const { columns } = encoder
  let monitor: DriftMonitor = input ? loadDriftMonitor(input, columns) : createDriftMonitor({ columns, task })
  let count = input ? input.f64() : 0
  let recent: DriftRow[] = input ? (JSON.parse(input.str()) as DriftRow[]) : []
  function categoryOf({ signal, category }: DriftSignal): string | null {
    if (category < 0) return null
    const column = columns.findIndex(({ name }) => `feature:${name}` === signal)
    const found = column < 0 ? undefined : encoder.category(column, category)
    return found === undefined ? null : String(found)
  }

  function take({ seq, eventTime }: Moment, found: DriftRow[]): void {
    const signals = monitor.take()
    if (!signals) return
    for (const signal of signals) {
      const row = { ...signal, category: categoryOf(signal), seq, eventTime }
      count++
      recent = [...recent, row].slice(-KEPT)
      found.push(row)
    }
  }

  return {
    get count() {
      return count
    },
    get recent() {
      return recent
    },
    observe(row, score, at, found) {
      monitor.observe(row, score)
      take(at, found)
    },
    outcome(row, { loss, label, score }, at, found) {
      monitor.outcome(loss, label, score, monitor.regimeOf(row))
      take(at, found)
    },
    restart() {
      monitor = createDriftMonitor({ columns, task })
    },
    save(out) {
      monitor.save(out)
      out.f64(count)
      out.str(JSON.stringify(recent))
    },
  }
}
