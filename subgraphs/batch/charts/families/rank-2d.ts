import { type CorrelationMethod, correlationMatrix } from '#learn/batch/statistics/correlation.ts'
import type { ChartFamily } from '../chart-family.ts'
import type { Rank2DData } from '../data/features-data.ts'
import { featureColumns } from '../input/feature-columns.ts'
import { heatMap } from '../vega/heat-map.ts'

export const rank2D: ChartFamily<Rank2DData> = {
  compute(input) {
    const { names, columns, sampled } = featureColumns(input)
    const method = input.options.text('method')
    const matrix = correlationMatrix(columns, method as CorrelationMethod)
    return { data: { __typename: 'Rank2DData', features: names, matrix, method }, sampled }
  },

  vega({ features, matrix, method }) {
    const most = Math.max(1e-12, ...matrix.flat().map(value => Math.abs(value ?? 0)))
    return heatMap({
      rows: features,
      columns: features,
      values: matrix,
      rowTitle: null,
      columnTitle: null,
      valueTitle: method,
      isSigned: true,
      ...(method === 'covariance' ? { domain: [-most, most] } : {}),
      ...(features.length <= 15 && method !== 'covariance' ? { format: '.2f' } : {}),
    })
  },
}
