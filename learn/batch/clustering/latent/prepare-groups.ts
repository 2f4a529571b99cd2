import { codedError } from '../../../coded-error.ts'
import type { GroupedRows } from '../latent-class-model.ts'
import { countGroups, type GroupCounts } from './group-counts.ts'
import { createLayout, type Layout } from './layout.ts'
import { fitNumericScales, type NumericScales } from './numeric-scales.ts'

export interface PreparedGroups {
  readonly layout: Layout
  readonly scales: NumericScales
  readonly counts: GroupCounts
}

interface Options extends Omit<GroupedRows, 'ended'> {
  once?: readonly string[]
  transition?: string
}

/** What mixtures of any number of classes are fitted to. Throws what `fitLatentClasses` throws. */
export function prepareGroups({
  data,
  groups,
  sequences = null,
  once = [],
  transition = '',
}: Options): PreparedGroups {
  const layout = createLayout({ columns: data.columns, once, transition, compound: groups !== null })
  const scales = fitNumericScales(data, layout.numeric)
  return { layout, scales, counts: countGroups({ data, layout, scales, groups, sequences, ended: true }) }
}

/** Throws INVALID_PARAMETER unless k is an integer from 1 to the number of groups. */
export function checkClasses(k: number, groups: number): void {
  if (Number.isInteger(k) && k >= 1 && k <= groups) return
  throw codedError(
    'INVALID_PARAMETER',
    `${k} classes of ${groups} groups were asked for, wanted an integer from 1 to ${groups}.`,
  )
}
