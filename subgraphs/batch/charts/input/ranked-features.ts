import type { RunData } from '../run-data.ts'

/** Columns from the most important to the model to the least; numeric ones first for a clustering, which ranks none. */
export function rankedFeatures({ model, train }: RunData): number[] {
  const columns = [...train.columns.keys()]
  const gain = model.scorer?.importances().gain
  if (gain) return columns.sort((a, b) => (gain[b] ?? 0) - (gain[a] ?? 0))
  return columns.sort((a, b) => rank(train.columns[a]?.kind) - rank(train.columns[b]?.kind))
}

function rank(kind: string | undefined): number {
  return kind === 'numeric' ? 0 : 1
}
