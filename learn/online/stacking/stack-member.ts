import type { StateWriter } from '../../state/writer.ts'
import type { BinaryClassifier, Row } from '../learner.ts'
import type { CrossedLogistic } from './crossed-logistic.ts'

/** One of the models behind a stacked classifier. */
export interface StackMember {
  readonly name: string
  /** Costs so much that it is shed when a session lags behind. */
  readonly heavy: boolean
  logOdds(row: Row): number
  /** Learns, given the log-odds that the row has now. */
  learn(row: Row, label: 0 | 1, weight: number, logOdds: number): void
  unlearn?(row: Row, label: 0 | 1, weight: number): void
  /** Fills `out` with the columns' shares in the log-odds, where they add up. */
  explain?(row: Row, out: Float64Array): void
  sizeBytes(): number
  save(out: StateWriter): void
}

/** Forests say 0 and 1 of what they have seldom seen; nothing is as certain as that. */
const CERTAIN = 1e-6

export function memberOfLearner(learner: BinaryClassifier, { heavy }: { heavy: boolean }): StackMember {
  const { explain } = learner
  return {
    name: learner.name,
    heavy,
    logOdds(row) {
      const p = Math.min(1 - CERTAIN, Math.max(CERTAIN, learner.predict(row)))
      return Math.log(p / (1 - p))
    },
    learn: (row, label, weight) => learner.learn(row, label, weight),
    ...(learner.unlearn && { unlearn: learner.unlearn }),
    ...(explain && {
      explain(row: Row, out: Float64Array) {
        explain(row, out)
      },
    }),
    sizeBytes: () => learner.sizeBytes(),
    save: out => learner.save(out),
  }
}

export function memberOfCrosses(crosses: CrossedLogistic): StackMember {
  return {
    name: 'crossed-logistic',
    heavy: false,
    logOdds: crosses.logOdds,
    learn: crosses.learn,
    explain(row, out) {
      crosses.explain(row, out)
    },
    sizeBytes: crosses.sizeBytes,
    save: crosses.save,
  }
}
