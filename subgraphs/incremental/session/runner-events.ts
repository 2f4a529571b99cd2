import type { CheckpointFacts } from './checkpoint.ts'
import type { EngineProgress } from './engine-api.ts'
import type { Evaluation } from './members/figures.ts'
import type { TaskReport } from './task-report.ts'

/** What a runner tells of its session. */
export interface RunnerEvents {
  onProgress(progress: EngineProgress): void
  /** Triples sequence, label, loss; called once they are durable. */
  onOutcomes(rows: Float64Array): void
  onEvaluation(evaluation: Evaluation): void
  /** As recovery found it; later ones come with checkpoints. */
  onReport(report: TaskReport): void
  /** A checkpoint became durable. */
  onCheckpoint(checkpoint: CheckpointFacts, report: TaskReport): void
  /** The checkpoint that it continues from. */
  onContinued(checkpoint: CheckpointFacts): void
  /** The state lacks something that retention took before it could be read again. */
  onMissing(message: string): void
  onNotice(level: 'info' | 'warn', message: string): void
}
