import type { Lake } from '#ports/lake.ts'
import { trainingSnapshot } from '#subgraphs/training-snapshot.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { JobSpec } from '../../jobs/job.ts'
import { FieldNotLoaded } from './guarded-events.ts'
import type { LoadedRows } from './loaded-rows.ts'
import { NO_LABELS, readLabels } from './read-labels.ts'
import { createRowSink } from './row-sink.ts'
import { type TrainingColumns, trainingColumns } from './training-columns.ts'

export interface LoadOptions {
  lake: Lake
  useCase: UseCase
  spec: JobSpec
  signal: AbortSignal
  /** Told after each batch. */
  onRows?: (read: number, of: number) => void
}

/**
 * Events of one version of their table with their labels, in the order of time. What commits later does not change it.
 * @throws CodedError `TRAINING_DATA_MISSING`; PortError `LAKE_VERSION_UNKNOWN` and what else the lake throws.
 */
export async function loadRows(options: LoadOptions): Promise<LoadedRows> {
  const { useCase, spec } = options
  let columns = trainingColumns(useCase, spec)
  for (;;) {
    try {
      return await readRows(options, columns)
    } catch (error) {
      // A field that only some events make a feature read: again, with it.
      if (!(error instanceof FieldNotLoaded)) throw error
      columns = { ...columns, fields: [...columns.fields, error.field] }
    }
  }
}

async function readRows(
  { lake, useCase, spec, signal, onRows }: LoadOptions,
  columns: TrainingColumns,
): Promise<LoadedRows> {
  const { label, eventId } = useCase
  const hasWindows = columns.windows.length > 0
  const { version, rowCount, batches } = await trainingSnapshot({
    lake,
    useCase,
    ...(spec.version !== null && { asOf: { version: spec.version } }),
    columns: [...new Set([eventId, '_event_time', ...(label ? [label.field] : []), ...columns.fields])],
    ...(spec.fraction !== null && !hasWindows && spec.rows === null && { sample: spec.fraction }),
    seed: spec.seed,
    signal,
  })
  // After the events' version, so that their labels are there as far as possible.
  const labels = label && (await readLabels({ lake, useCase, version: spec.labelsVersion, signal }))
  const sink = createRowSink({ useCase, spec, columns, rowCount, labels })
  let read = 0
  for await (const batch of batches) {
    sink.add(batch)
    read += batch.rowCount
    onRows?.(read, rowCount)
  }
  return { ...sink.finish(), version, labelsVersion: labels && (labels.version ?? NO_LABELS) }
}
