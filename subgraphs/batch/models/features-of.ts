import type { UseCase } from '#use-cases/define.ts'
import type { BatchColumn } from '#learn/batch/dataset.ts'
import type { LoadedModel } from '../serving/loaded-model.ts'

/** A column of a model as people see it. */
export interface FeatureModel {
  readonly name: string
  readonly kind: 'NUMERIC' | 'NOMINAL'
  readonly window: boolean
  readonly column: BatchColumn
  /** Share of the whole loss reduction; null for clusterings. */
  readonly importance: number | null
}

export function featuresOf({ model }: LoadedModel, { windows }: UseCase): FeatureModel[] {
  const gain = model.scorer?.importances().gain
  const total = gain?.reduce((sum, value) => sum + value, 0) ?? 0
  return model.columns.map((column, i) => ({
    name: column.name,
    kind: column.kind === 'numeric' ? 'NUMERIC' : 'NOMINAL',
    window: windows.some(({ name }) => name === column.name),
    column,
    importance: gain && total > 0 ? (gain[i] as number) / total : null,
  }))
}
