import { CodedError } from '#subgraphs/coded-error.ts'
import type { BatchFeatureResolvers } from '../resolvers.generated.ts'

const MOST_CATEGORIES = 1000

export const BatchFeature: BatchFeatureResolvers = {
  categoryCount: ({ column }) => column.categories?.length ?? 0,
  categories({ column }, { first }) {
    const most = first ?? 20
    if (most < 0 || most > MOST_CATEGORIES)
      throw new CodedError('BAD_USER_INPUT', `first: ${most} given, 0 to ${MOST_CATEGORIES} wanted.`)
    return (column.categories ?? []).slice(0, most)
  },
}
