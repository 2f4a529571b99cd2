import type { Dataset } from '#learn/batch/dataset.ts'
import { type Encoder, fitEncoder } from '#learn/batch/encoder/encoder.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { JobSpec } from '../../jobs/job.ts'
import type { LoadedRows } from '../loading/loaded-rows.ts'
import { checkRows } from './check-rows.ts'
import { selectColumns } from './select-columns.ts'
import { sliceRows } from './slice-rows.ts'
import { splitByTime, type TimeSplit } from './split-by-time.ts'

/** One part of the rows, oldest first. */
export interface Part {
  readonly data: Dataset
  /** Empty for clustering. */
  readonly labels: Float64Array
  readonly eventTimes: Float64Array
}

export interface TrainingData {
  readonly encoder: Encoder
  /** All rows for clustering. */
  readonly train: Part
  /** Null for clustering. */
  readonly validation: Part | null
  readonly test: Part | null
  /** Names among the columns that are windows of entities. */
  readonly windows: readonly string[]
  /** For people. */
  readonly notes: readonly string[]
}

/**
 * Splits rows by time, leaves useless columns out and encodes the rest; columns and encoder are decided by the training part alone.
 * @throws CodedError `TOO_FEW_ROWS`, `NO_LABELS`, `ONE_CLASS`, `NO_USABLE_FEATURES`.
 */
export function buildDataset(useCase: UseCase, spec: JobSpec, rows: LoadedRows): TrainingData {
  const split = rows.labels ? splitOf(spec, rows) : null
  checkRows(useCase, rows, split)
  const trainRows = split?.train ?? rows.data.rows
  const { data, notes } = selectColumns(rows.data, trainRows)
  if (data.columns.length === 0) {
    throw new CodedError(
      'NO_USABLE_FEATURES',
      `No feature of ${useCase.id} can be learnt from, at least one with two values wanted. ${notes.join(' ')}`,
    )
  }
  const encoder = fitEncoder(data, { to: trainRows })
  const encoded = encoder.recode(data)
  const part = (from: number, to: number): Part => ({
    data: sliceRows(encoded, from, to),
    labels: rows.labels?.subarray(from, to) ?? new Float64Array(0),
    eventTimes: rows.eventTimes.subarray(from, to),
  })
  return {
    encoder,
    train: part(0, trainRows),
    validation: split && part(split.train, split.validation),
    test: split && part(split.validation, split.test),
    windows: rows.windows.filter(name => data.columns.some(column => column.name === name)),
    notes,
  }
}

function splitOf({ parameters }: JobSpec, { eventTimes }: LoadedRows): TimeSplit {
  return splitByTime(eventTimes, {
    validation: parameters['validationShare'] as number,
    test: parameters['testShare'] as number,
  })
}
