import type { GroupClusterer } from '#learn/online/learner.ts'
import type { RowEncoder } from '#learn/online/row-encoder.ts'
import type { JsonEvent } from '#use-cases/generator.ts'

export interface SegmentColumn {
  feature: string
  /** Null for a nominal feature, and before there is a value. */
  mean: number | null
  categories: { value: string; share: number; lift: number }[]
}

/** What a clustering has found, in the words of its events. */
export interface Segmentation {
  structureFound: boolean
  reason: string
  groups: number
  segments: { cluster: number; share: number; groups: number; columns: SegmentColumn[] }[]
}

/** Null for a learner that does not tell. */
export function segmentationOf(
  learner: Pick<GroupClusterer, 'structure' | 'profiles'>,
  encoder: RowEncoder<JsonEvent>,
): Segmentation | null {
  if (!learner.structure || !learner.profiles) return null
  const { found, reason, groups } = learner.structure()
  const indices = new Map(encoder.columns.map(({ name }, index) => [name, index]))
  const textOf = (feature: string, code: number) =>
    String(encoder.category(indices.get(feature) ?? -1, code) ?? 'unknown')
  const segments = learner.profiles().map(({ cluster, share, groups, columns }) => ({
    cluster,
    share,
    groups,
    columns: Object.entries(columns).map(([feature, column]) => {
      if (column.kind === 'numeric') return { feature, mean: column.mean, categories: [] }
      const categories = column.top.map(({ code, share, lift }) => ({
        value: textOf(feature, code),
        share,
        lift,
      }))
      return { feature, mean: null, categories }
    }),
  }))
  return { structureFound: found, reason, groups, segments }
}
