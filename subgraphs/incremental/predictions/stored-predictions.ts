import type { Lake } from '#ports/lake.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import type { UseCase } from '#use-cases/define.ts'
import { type Topics, topicsOf } from '#use-cases/topics.ts'
import { parseOrderText, type PredictionRecord } from '../session/order-record.ts'
import { createStoredBySequence, type StoredBySequence } from './stored-by-sequence.ts'

/** Predictions that the log no longer has, and what became of them, out of the lake. */
export interface StoredPredictions {
  records: StoredBySequence<PredictionRecord>
  labels: StoredBySequence<number>
}

export function createStoredPredictions({
  lake,
  useCases,
}: {
  /** Opens it, or gives the one that is open. */
  lake: () => Promise<Lake>
  useCases: readonly UseCase[]
}): StoredPredictions {
  // Tables of the lake have the names of the topics that fill them.
  const tables = (kind: keyof Topics) =>
    new Map(useCases.map(useCase => [useCase.id, topicsOf(useCase)[kind]]))
  return {
    records: createStoredBySequence({
      lake,
      tables: tables('predictions'),
      column: 'record',
      parse: parseRecord,
    }),
    labels: createStoredBySequence({
      lake,
      tables: tables('outcomes'),
      column: 'label',
      parse: cell => (typeof cell === 'number' ? cell : null),
    }),
  }
}

function parseRecord(cell: unknown, table: string): PredictionRecord {
  try {
    const record = parseOrderText(String(cell))
    if (record.kind === 'prediction') return record
  } catch {
    // No JSON; told below.
  }
  throw new CodedError(
    'LAKE_TABLE_CORRUPT',
    `A row of ${table} has something else in its column record; a prediction was wanted.`,
  )
}
