import type { BatchColumn } from '#learn/batch/dataset.ts'
import type { RowBatch } from '#ports/lake.ts'
import type { UseCase } from '#use-cases/define.ts'
import { parseTimestamp } from '#use-cases/timestamp.ts'
import { createEntityWindows } from '#use-cases/windows/entity-windows.ts'
import type { JobSpec } from '../../jobs/job.ts'
import { featureReader } from '../../features/feature-reader.ts'
import { createColumnBuilder } from './column-builder.ts'
import { guardedEvents } from './guarded-events.ts'
import { createIdIndex } from './id-index.ts'
import type { LoadedRows } from './loaded-rows.ts'
import type { LabelStore } from './read-labels.ts'
import { createTextSample } from './text-sample.ts'
import { TEXT_FIELD, type TrainingColumns } from './training-columns.ts'
import { createRowChoice } from './row-choice.ts'

interface Options {
  useCase: UseCase
  spec: JobSpec
  columns: TrainingColumns
  /** Rows that will come. */
  rowCount: number
  labels: LabelStore | null
}

/** Takes batches of events in the order of time and keeps what is trained with, in typed arrays. */
export interface RowSink {
  add(batch: RowBatch): void
  finish(): Omit<LoadedRows, 'version' | 'labelsVersion'>
}

export function createRowSink({ useCase, spec, columns, rowCount, labels }: Options): RowSink {
  const { features, windows: windowNames, fields, groupField, sequenceField } = columns
  const { eventId, label, task } = useCase
  const windows = windowNames.length > 0 ? createEntityWindows(useCase) : null
  const eventOf = guardedEvents(useCase, fields)
  const read = featureReader({ useCase, names: features.map(({ name }) => name) })
  const choice = createRowChoice(spec, rowCount, windows !== null)
  const capacity = choice.capacity
  const builders = [...features, ...windowNames.map((name): BatchColumn => ({ name, kind: 'numeric' }))].map(
    column => createColumnBuilder(column, capacity),
  )
  const eventTimes = new Float64Array(capacity)
  const truths = label ? new Float64Array(capacity) : null
  /** 1 where the event itself says its label. */
  const ownTruths = new Uint8Array(label ? capacity : 0)
  const groups = groupField === null ? null : createGroups(capacity)
  const sequences = sequenceField === null ? null : createGroups(capacity)
  const texts = task === 'clustering' ? createTextSample(spec.seed) : null
  const seen = createIdIndex(capacity)
  const scratch = new Float64Array(windowNames.length)
  let row = 0
  let newestMs = -Infinity

  function addRow(batch: RowBatch, index: number): void {
    const id = batch.columns[eventId]?.[index]
    const time = batch.columns['_event_time']?.[index]
    // A row without its time has no place in the order, and thus none in the split.
    if (typeof id !== 'string' || typeof time !== 'string') return
    const before = seen.size
    // The same event once more: at-least-once producers send such.
    if (seen.add(id) < before) return
    const timeMs = parseTimestamp(time)
    newestMs = timeMs
    const truth = truths ? truthOf(batch, index, id) : 0
    const isWanted = choice.take(id) && !(Number.isNaN(truth) && task === 'regression')
    if (!isWanted && !windows) return
    const event = eventOf(batch, index)
    if (isWanted) {
      const values = read(event, null)
      for (let i = 0; i < values.length; i++) builders[i]?.set(row, values[i])
      windows?.values(event, timeMs, scratch)
      for (let i = 0; i < scratch.length; i++) builders[values.length + i]?.set(row, scratch[i])
      eventTimes[row] = timeMs
      if (truths) {
        truths[row] = truth
        ownTruths[row] = Number.isNaN(ownTruth(batch, index)) ? 0 : 1
      }
      groups?.set(row, event[groupField as string])
      sequences?.set(row, event[sequenceField as string])
      if (fields.includes(TEXT_FIELD)) texts?.add(row, event[TEXT_FIELD])
      row++
    }
    windows?.add(event, timeMs)
  }

  /** A correction that came later counts more than what the event itself says. */
  function truthOf(batch: RowBatch, index: number, id: string): number {
    const late = labels?.labelOf(id) ?? Number.NaN
    return Number.isNaN(late) ? ownTruth(batch, index) : late
  }

  function ownTruth({ columns: given }: RowBatch, index: number): number {
    const own = given[label?.field ?? '']?.[index]
    return typeof own === 'number' ? own : Number.NaN
  }

  /**
   * Without a label an event counts as negative once that is certain. Younger ones are left out, also those whose label has come
   * already: positives are told early, so they would be far too many among the newest. As far as labels are known: their table
   * may lag behind that of the events.
   */
  function settle(values: Float64Array): void {
    const asOf = Math.min(newestMs, labels?.newestMs ?? -Infinity)
    const maturity = label?.maturityMs ?? null
    let kept = 0
    for (let i = 0; i < row; i++) {
      const isUnknown = Number.isNaN(values[i])
      if (maturity === null ? isUnknown : !ownTruths[i] && !((eventTimes[i] as number) + maturity <= asOf))
        continue
      if (isUnknown) values[i] = 0
      if (kept < i) {
        for (const builder of builders) builder.move(i, kept)
        values[kept] = values[i] as number
        eventTimes[kept] = eventTimes[i] as number
      }
      kept++
    }
    row = kept
  }

  return {
    add(batch) {
      for (let index = 0; index < batch.rowCount; index++) if (choice.next()) addRow(batch, index)
    },
    finish() {
      if (truths) settle(truths)
      const finished = builders.map(builder => builder.finish(row))
      return {
        data: {
          rows: row,
          columns: finished.map(({ column }) => column),
          values: finished.map(({ values }) => values),
        },
        labels: truths && truths.slice(0, row),
        eventTimes: eventTimes.slice(0, row),
        groups: groups && groups.finish(row),
        sequences: sequences && sequences.finish(row),
        windows: windowNames,
        texts: texts?.finish() ?? [],
      }
    },
  }
}

function createGroups(capacity: number) {
  const index = createIdIndex(capacity)
  const values = new Int32Array(capacity)
  return {
    set(row: number, id: unknown) {
      values[row] = index.add(String(id))
    },
    finish: (rows: number) => values.slice(0, rows),
  }
}
