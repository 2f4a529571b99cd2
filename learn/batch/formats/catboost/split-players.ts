import type { CatboostModel } from './catboost-model.ts'

interface SplitPlayers {
  /** Player of each slot. */
  readonly ofSlot: Int32Array
  /** Columns that each player stands for. */
  readonly columns: readonly (readonly number[])[]
}

/**
 * Who is credited with a split: the set of columns that it looks at, and for ctrs their categories alone, whatever else they combine. All
 * splits on the same set are one player, as in CatBoost's SHAP values (shap_values.cpp, MapBinFeaturesToClasses), which shares a
 * player's contribution equally among its columns.
 */
export function splitPlayers({ floats, categoricals, oneHots, tables, ctrs }: CatboostModel): SplitPlayers {
  const players = new Map<string, number>()
  const columns: number[][] = []
  const ofColumns = (used: Iterable<number>): number => {
    const sorted = [...new Set(used)].sort((a, b) => a - b)
    const key = sorted.join(' ')
    const known = players.get(key)
    if (known !== undefined) return known
    players.set(key, columns.length)
    return columns.push(sorted) - 1
  }
  const slots = [
    ...floats.map(({ column }) => ofColumns([column])),
    ...oneHots.map(({ categorical }) => ofColumns([categoricals[categorical]])),
    ...ctrs.map(({ table }) =>
      ofColumns(
        tables[table].elements
          .filter(({ kind }) => kind === 'category')
          .map(({ feature }) => categoricals[feature]),
      ),
    ),
  ]
  return { ofSlot: Int32Array.from(slots), columns }
}
