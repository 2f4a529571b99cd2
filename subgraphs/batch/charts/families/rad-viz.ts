import type { ChartFamily } from '../chart-family.ts'
import type { RadVizData } from '../data/features-data.ts'
import { featureColumns } from '../input/feature-columns.ts'
import { rangeOf } from '../input/range-of.ts'
import { targetValue } from '../input/target-value.ts'
import { TARGET_TITLE } from '../input/target-of.ts'
import { inOrder, quantitative } from '../vega/channels.ts'
import { palette } from '../vega/palette.ts'
import { scatter } from '../vega/scatter.ts'

/** Points of the circle that is drawn. */
const CIRCLE = 72

export const radViz: ChartFamily<RadVizData> = {
  compute(input) {
    const { names, columns, target, sampled } = featureColumns(input)
    const anchors = names.map((feature, i) => ({
      feature,
      x: Math.cos((2 * Math.PI * i) / names.length),
      y: Math.sin((2 * Math.PI * i) / names.length),
    }))
    const ranges = columns.map(rangeOf)
    const points = Array.from({ length: sampled.n }, (_, row) => {
      let [x, y, total] = [0, 0, 0]
      columns.forEach((column, c) => {
        const { min, max } = ranges[c] ?? { min: null, max: null }
        const value = column[row] ?? Number.NaN
        if (!Number.isFinite(value) || min === null || max === null || max === min) return
        const weight = (value - min) / (max - min)
        x += weight * (anchors[c]?.x ?? 0)
        y += weight * (anchors[c]?.y ?? 0)
        total += weight
      })
      return { x: total > 0 ? x / total : 0, y: total > 0 ? y / total : 0, target: targetValue(target, row) }
    })
    return { data: { __typename: 'RadVizData', anchors, points }, sampled }
  },

  vega({ anchors, points }) {
    const { data, mark, encoding } = scatter({ points, xTitle: '', yTitle: '', targetTitle: TARGET_TITLE })
    const blank = { axis: null, scale: { domain: [-1.25, 1.25] } }
    const places = { x: quantitative('x', '', blank), y: quantitative('y', '', blank) }
    const circle = Array.from({ length: CIRCLE + 1 }, (_, i) => ({
      i,
      x: Math.cos((2 * Math.PI * i) / CIRCLE),
      y: Math.sin((2 * Math.PI * i) / CIRCLE),
    }))
    return {
      width: 440,
      height: 440,
      layer: [
        {
          data: { values: circle },
          mark: { type: 'line', color: palette.quiet, opacity: 0.5 },
          encoding: { ...places, order: inOrder },
        },
        { data, mark, encoding: { ...(encoding as object), ...places } },
        {
          data: { values: anchors },
          mark: { type: 'text', fontSize: 10, dy: -6 },
          encoding: { ...places, text: { field: 'feature', type: 'nominal' } },
        },
      ],
    }
  },
}
