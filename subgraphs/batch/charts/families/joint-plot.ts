import { correlation } from '#learn/batch/statistics/correlation.ts'
import { histogram } from '#learn/batch/statistics/histogram.ts'
import type { ChartFamily } from '../chart-family.ts'
import type { HistogramCounts, JointPlotData } from '../data/features-data.ts'
import { featureColumns } from '../input/feature-columns.ts'
import { twoFeatures } from '../input/two-features.ts'
import { quantitative } from '../vega/channels.ts'
import { palette } from '../vega/palette.ts'

const EMPTY = new Float64Array(0)

export const jointPlot: ChartFamily<JointPlotData> = {
  compute(input) {
    const [first, second] = twoFeatures(input)
    const { names, columns, sampled } = featureColumns(input)
    const [x, y] = [columns[first] ?? EMPTY, columns[second] ?? EMPTY]
    const isWhole = (_: unknown, i: number) => Number.isFinite(x[i]) && Number.isFinite(y[i])
    const [wholeX, wholeY] = [x.filter(isWhole), y.filter(isWhole)]
    const bins = input.options.number('bins')
    const countsOf = (values: Float64Array): HistogramCounts => {
      const { edges, counts } = histogram(values, { bins })
      return { edges, counts }
    }
    return {
      data: {
        __typename: 'JointPlotData',
        x: [...wholeX],
        y: [...wholeY],
        xName: names[first] ?? '',
        yName: names[second] ?? '',
        correlation: correlation(wholeX, wholeY),
        histX: countsOf(wholeX),
        histY: countsOf(wholeY),
      },
      sampled: { ...sampled, n: wholeX.length },
    }
  },

  vega({ x, y, xName, yName, correlation, histX, histY }) {
    const bars = ({ edges, counts }: HistogramCounts) =>
      counts.map((rows, i) => ({ from: edges[i], to: edges[i + 1], rows }))
    const mark = { type: 'bar', color: palette.main, opacity: 0.6, tooltip: true }
    const r = correlation === null ? '' : ` (r = ${correlation.toFixed(3)})`
    return {
      vconcat: [
        {
          width: 360,
          height: 70,
          data: { values: bars(histX) },
          mark,
          encoding: {
            x: quantitative('from', '', { bin: 'binned', axis: null }),
            x2: { field: 'to' },
            y: quantitative('rows', 'rows'),
          },
        },
        {
          hconcat: [
            {
              width: 360,
              height: 360,
              data: { values: x.map((value, i) => ({ x: value, y: y[i] })) },
              mark: { type: 'circle', size: 16, opacity: 0.5, color: palette.main, tooltip: true },
              encoding: {
                x: quantitative('x', `${xName}${r}`, { scale: { zero: false } }),
                y: quantitative('y', yName, { scale: { zero: false } }),
              },
            },
            {
              width: 70,
              height: 360,
              data: { values: bars(histY) },
              mark,
              encoding: {
                y: quantitative('from', '', { bin: 'binned', axis: null }),
                y2: { field: 'to' },
                x: quantitative('rows', 'rows'),
              },
            },
          ],
        },
      ],
    }
  },
}
