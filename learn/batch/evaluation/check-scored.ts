import { codedError } from '../../coded-error.ts'

/** Rows with a label of 0 or 1 and a score or probability of being 1; `weights` default to 1. */
export interface ScoredRows {
  labels: ArrayLike<number>
  scores: ArrayLike<number>
  weights?: ArrayLike<number> | undefined
}

/** @throws `INVALID_DATA` for lengths that differ, labels other than 0 and 1, scores that are not finite, weights below 0. */
export function checkScored({ labels, scores, weights }: ScoredRows): void {
  const rows = labels.length
  if (scores.length !== rows) throw lengths('scores', scores.length, rows)
  if (weights && weights.length !== rows) throw lengths('weights', weights.length, rows)
  for (let i = 0; i < rows; i++) {
    if (labels[i] !== 0 && labels[i] !== 1) throw invalid('label', i, labels[i], '0 or 1')
    if (!Number.isFinite(scores[i])) throw invalid('score', i, scores[i], 'a finite number')
    if (weights && !(weights[i] >= 0 && weights[i] < Infinity)) {
      throw invalid('weight', i, weights[i], 'a finite number of at least 0')
    }
  }
}

function lengths(name: string, given: number, wanted: number) {
  return codedError('INVALID_DATA', `${given} ${name} given for ${wanted} labels, as many wanted.`)
}

function invalid(name: string, row: number, given: number, wanted: string) {
  return codedError('INVALID_DATA', `Row ${row} has the ${name} ${given}, ${wanted} wanted.`)
}
