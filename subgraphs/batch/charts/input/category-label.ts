import type { BatchModel } from '#learn/batch/model/batch-model.ts'

/** A category as people read it. */
export function categoryLabel(model: BatchModel, column: number, code: number): string {
  const category = model.category(column, code)
  return category === undefined ? '(unknown)' : category === null ? '(missing)' : String(category)
}
