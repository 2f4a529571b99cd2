import type { ScoreBand } from '../data/selection-data.ts'
import { folds } from './folds.ts'
import { refit } from './refit.ts'
import type { SelectionSample } from './selection-sample.ts'

interface Options {
  sample: SelectionSample
  folds: number
  params: Readonly<Record<string, number>>
  /** Rows of each fold that are learned from, at most. */
  trainRows?: number
  seed: number
  signal?: AbortSignal | undefined
}

export interface FoldScores {
  train: (number | null)[]
  test: (number | null)[]
  /** Mean time of a fit. */
  fitMs: number
}

/** Scores on each fold of a model that was fitted to the others, and on the rows it was fitted to. */
export async function crossValidate({
  sample,
  folds: count,
  trainRows,
  seed,
  ...rest
}: Options): Promise<FoldScores> {
  const parts = folds(sample.target, count, sample.classes > 0, seed)
  const rows = [...parts.keys()]
  const scores: FoldScores = { train: [], test: [], fitMs: 0 }
  for (let fold = 0; fold < count; fold++) {
    rest.signal?.throwIfAborted()
    // Dealt out in turn, so that the first ones of the other folds hold every class.
    const others = rows.filter(row => parts[row] !== fold)
    const step = trainRows === undefined ? 1 : Math.max(1, others.length / trainRows)
    const learned = Array.from(
      { length: Math.floor(others.length / step) },
      (_, i) => others[Math.floor(i * step)] as number,
    )
    const { trainScore, testScore, ms } = await refit({
      sample,
      trainRows: learned,
      testRows: rows.filter(row => parts[row] === fold),
      seed,
      ...rest,
    })
    scores.train.push(trainScore)
    scores.test.push(testScore)
    scores.fitMs += ms / count
  }
  return scores
}

/** Mean and deviation of the scores of several settings, by setting. */
export function bandOf(scores: readonly (readonly (number | null)[])[]): ScoreBand {
  const moments = scores.map(momentsOf)
  return { mean: moments.map(({ mean }) => mean), std: moments.map(({ std }) => std) }
}

/** Over the scores that there are; null without any. */
export function momentsOf(scores: readonly (number | null)[]): { mean: number | null; std: number | null } {
  const known = scores.filter(score => score !== null)
  if (known.length === 0) return { mean: null, std: null }
  const mean = known.reduce((sum, score) => sum + score, 0) / known.length
  const variance = known.reduce((sum, score) => sum + (score - mean) ** 2, 0) / known.length
  return { mean, std: Math.sqrt(variance) }
}
