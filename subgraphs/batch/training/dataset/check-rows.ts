import { CodedError } from '#subgraphs/coded-error.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { LoadedRows } from '../loading/loaded-rows.ts'
import type { TimeSplit } from './split-by-time.ts'

/** Fewest rows that a model can be trained, tuned and tested with. */
export const FEWEST_ROWS = 100
/** Fewest in a part of the split. */
const FEWEST_IN_PART = 10

/**
 * Refuses rows that no model can come of, before any work starts.
 * @throws CodedError `TOO_FEW_ROWS`, `NO_LABELS`, `ONE_CLASS`.
 */
export function checkRows(useCase: UseCase, { data, labels }: LoadedRows, split: TimeSplit | null): void {
  const { rows } = data
  const { id, task, label } = useCase
  if (label && rows === 0) {
    throw new CodedError(
      'NO_LABELS',
      `${id} has no event with a label yet; at least ${FEWEST_ROWS} labelled events wanted.`,
    )
  }
  if (rows < FEWEST_ROWS) {
    const kind = label ? 'labelled events' : 'events'
    throw new CodedError(
      'TOO_FEW_ROWS',
      `${id} has ${rows} ${kind} to train with, at least ${FEWEST_ROWS} wanted.`,
    )
  }
  if (!split || !labels) return
  for (const [part, [from, to]] of partsOf(split)) {
    if (to - from < FEWEST_IN_PART) {
      throw new CodedError(
        'TOO_FEW_ROWS',
        `The ${part} part of ${id} has ${to - from} rows, at least ${FEWEST_IN_PART} wanted: too many rows are of the same instant.`,
      )
    }
    if (task !== 'classification') continue
    const positives = countPositives(labels, from, to)
    if (positives > 0 && positives < to - from) continue
    throw new CodedError(
      'ONE_CLASS',
      `The ${part} part of ${id} has ${positives} positives in ${to - from} rows, at least one of each class wanted: train with more rows.`,
    )
  }
}

function partsOf({ train, validation, test }: TimeSplit) {
  return Object.entries({
    train: [0, train],
    validation: [train, validation],
    test: [validation, test],
  } as const)
}

export function countPositives(labels: Float64Array, from: number, to: number): number {
  let count = 0
  for (let row = from; row < to; row++) if (labels[row] === 1) count++
  return count
}
