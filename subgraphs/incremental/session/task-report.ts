import type { ConfusionMatrix } from '#learn/metrics/confusion-matrix.ts'
import type { DriftRow } from './drift-record.ts'
import type { Segmentation } from './segmentation.ts'
import type { QualityReport } from './session-quality.ts'

/** What a session's model can tell of its quality beyond metrics, as of its last checkpoint. */
export interface TaskReport {
  /** Classification: decisions against labels since the session began. */
  confusion?: ConfusionMatrix | null
  /** Classification: score from which on an event is flagged. */
  threshold?: number
  /** The newest signals of drift, oldest first. */
  drift?: readonly DriftRow[]
  /** Clustering: null for a learner that does not tell. */
  segmentation?: Segmentation | null
  /** By event time and by slices. */
  quality?: QualityReport
}
