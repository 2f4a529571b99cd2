import type { RunData } from '../run-data.ts'
import { importanceOrder } from './importance-order.ts'
import { meanContributions } from './mean-contributions.ts'

/** Few, since all that is wanted is an order. */
const EXPLAINED = 10

/** Columns from the most important to the model to the least; numeric ones first for a clustering, which ranks none. */
export function rankedFeatures({ model, train }: RunData): number[] {
  const { scorer } = model
  if (scorer) {
    const { gain } = scorer.importances()
    // Nothing can contribute without gain if everything has some.
    const contributions = gain.every(own => own > 0)
      ? gain
      : meanContributions({ scorer, data: train, rows: EXPLAINED })
    return importanceOrder(gain, contributions)
  }
  return [...train.columns.keys()].sort((a, b) => rank(train.columns[a]?.kind) - rank(train.columns[b]?.kind))
}

function rank(kind: string | undefined): number {
  return kind === 'numeric' ? 0 : 1
}
