import type { PredictionRecord } from '../session/order-record.ts'

/** A prediction as resolvers see it. */
export interface PredictionModel {
  id: string
  record: PredictionRecord
  /** Position after it in the predictions topic; null outside the stream. */
  cursor: string | null
  /** Undefined until somebody has looked; null while the truth is not known. */
  label?: number | null
  /** An answer to `predict`: not in the log. */
  transient?: boolean
  /** No longer in the log. */
  fromLake?: boolean
}
