import type { BatchTask } from '#learn/batch/model/batch-model.ts'
import type { ChartCategory, ChartFamilyName, ChartOptions } from '../chart-kind.ts'

/** A kind as its library's list has it; what all kinds of a family share is filled in from there. */
export interface ChartEntry {
  readonly name: string
  /** Only where another library has the name as well. */
  readonly kind?: string
  readonly category: ChartCategory
  readonly family: ChartFamilyName
  readonly tasks: readonly BatchTask[]
  readonly title: string
  readonly description: string
  /** From the root of the library's documentation. */
  readonly docs: string | null
  readonly fixed?: ChartOptions
  /** Defaults that differ from the family's. */
  readonly defaults?: ChartOptions
}

export const ALL_TASKS = ['classification', 'regression', 'clustering'] as const
export const CLASSES = ['classification', 'clustering'] as const
