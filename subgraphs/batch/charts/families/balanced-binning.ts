import { balancedBinning as binningOf } from '#learn/batch/statistics/balanced-binning.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import type { ChartFamily, ChartInput } from '../chart-family.ts'
import type { BalancedBinningData } from '../data/target-data.ts'
import { quantitative } from '../vega/channels.ts'
import { palette } from '../vega/palette.ts'

const REGRESSION_BINS = 10
const OTHER_BINS = 4

export const balancedBinning: ChartFamily<BalancedBinningData> = {
  compute(input) {
    const { run, options } = input
    const { of, values } = valuesOf(input)
    if (values.length === 0) {
      throw new CodedError(
        'CHART_DATA_MISSING',
        `Run ${run.run} kept no ${of} with its rows, wanted one a row.`,
      )
    }
    const bins =
      options.numberOrNull('bins') ?? (run.model.task === 'regression' ? REGRESSION_BINS : OTHER_BINS)
    const { train } = run
    return {
      data: { __typename: 'BalancedBinningData', of, ...binningOf(values, bins) },
      sampled: { n: values.length, of: train.of, seed: train.seed },
    }
  },

  vega: ({ of, edges, counts }) => ({
    data: {
      values: counts.map((rows, i) => ({
        from: edges[i],
        to: edges[i + 1],
        rows,
        density: densityOf(rows, edges, i),
      })),
    },
    mark: {
      type: 'bar',
      color: palette.main,
      stroke: '#ffffff',
      strokeWidth: 0.5,
      tooltip: { content: 'data' },
    },
    encoding: {
      x: quantitative('from', of, { bin: 'binned' }),
      x2: { field: 'to' },
      y: quantitative('density', 'rows per unit'),
    },
  }),
}

function valuesOf({ run: { model, train }, options }: ChartInput): { of: string; values: Float64Array } {
  const asked = options.text('of')
  const byTask = { regression: 'label', classification: 'score', clustering: 'distance' } as const
  const of = asked === 'DEFAULT' ? byTask[model.task] : asked.toLowerCase()
  // Labels of a clustering are its clusters, its score is the confidence, raw its distance.
  const name = of === 'distance' ? 'raw' : of === 'label' && model.task === 'clustering' ? 'cluster' : of
  return { of, values: (train.extra[name] ?? new Float64Array(0)).filter(Number.isFinite) }
}

function densityOf(rows: number, edges: readonly number[], bin: number): number | null {
  const width = (edges[bin + 1] ?? 0) - (edges[bin] ?? 0)
  return width > 0 ? rows / width : null
}
