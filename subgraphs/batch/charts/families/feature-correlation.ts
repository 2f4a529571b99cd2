import { correlation } from '#learn/batch/statistics/correlation.ts'
import { mutualInformation } from '#learn/batch/statistics/mutual-information.ts'
import type { ChartFamily } from '../chart-family.ts'
import type { FeatureCorrelationData } from '../data/target-data.ts'
import type { Gap } from '../data/gap.ts'
import { featureColumns } from '../input/feature-columns.ts'
import { rankedBars } from '../vega/ranked-bars.ts'

export const featureCorrelation: ChartFamily<FeatureCorrelationData> = {
  compute(input) {
    const { run, options } = input
    const { names, columns, nominal, target, sampled } = featureColumns(input)
    const method = options.text('method')
    const isClass = run.model.task !== 'regression'
    const score = columns.map((x, c): Gap => {
      if (method === 'pearson')
        return run.model.task === 'clustering' ? strongest(x, target) : correlation(x, target)
      return mutualInformation({
        x,
        y: target,
        xDiscrete: nominal[c] ?? false,
        yDiscrete: isClass,
        seed: options.number('seed'),
      })
    })
    const order = [...names.keys()].sort((a, b) => (score[b] ?? -Infinity) - (score[a] ?? -Infinity))
    return {
      data: {
        __typename: 'FeatureCorrelationData',
        method,
        features: order.map(i => names[i] ?? ''),
        score: order.map(i => score[i] ?? null),
      },
      sampled,
    }
  },

  vega: ({ method, features, score }) =>
    rankedBars({
      names: features,
      values: score,
      nameTitle: 'feature',
      valueTitle: method === 'pearson' ? 'Pearson correlation' : 'mutual information (nats)',
      ...(method === 'pearson' ? { scale: { domain: [-1, 1] } } : {}),
    }),
}

/** Ids of clusters have no order: the correlation with belonging to the cluster that it is strongest for. */
function strongest(x: Float64Array, clusters: Float64Array): Gap {
  let best: Gap = null
  for (const cluster of new Set(clusters)) {
    const found = correlation(
      x,
      clusters.map(own => (own === cluster ? 1 : 0)),
    )
    if (found !== null && Math.abs(found) > Math.abs(best ?? 0)) best = found
  }
  return best
}
