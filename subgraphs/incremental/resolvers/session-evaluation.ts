import type { EventTimeBucketResolvers, SliceGapResolvers, SliceResolvers } from '../resolvers.generated.ts'
import { selectMetrics } from './select-metrics.ts'

export const EventTimeBucket: EventTimeBucketResolvers = {
  labelCoverage: ({ coverage }) => coverage,
  metrics: ({ metrics }) => selectMetrics(metrics, null),
}

export const Slice: SliceResolvers = {
  feature: ({ field }) => field,
  metrics: ({ metrics }) => selectMetrics(metrics, null),
}

export const SliceGap: SliceGapResolvers = { feature: ({ field }) => field }
