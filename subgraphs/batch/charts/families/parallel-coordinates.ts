import type { ChartFamily } from '../chart-family.ts'
import type { ParallelCoordinatesData } from '../data/features-data.ts'
import type { Gap } from '../data/gap.ts'
import { featureColumns } from '../input/feature-columns.ts'
import { rangeOf } from '../input/range-of.ts'
import { targetValue } from '../input/target-value.ts'
import { TARGET_TITLE } from '../input/target-of.ts'
import { classColor, named, quantitative, share } from '../vega/channels.ts'
import { palette } from '../vega/palette.ts'

/** More different targets are a scale, not classes. */
const MOST_CLASSES = 20

export const parallelCoordinates: ChartFamily<ParallelCoordinatesData> = {
  compute(input) {
    const { names, columns, target, sampled } = featureColumns(input)
    const ranges = columns.map(rangeOf)
    return {
      data: {
        __typename: 'ParallelCoordinatesData',
        features: names,
        min: ranges.map(({ min }) => min),
        max: ranges.map(({ max }) => max),
        rows: Array.from({ length: sampled.n }, (_, row) => ({
          values: columns.map((column, c) =>
            scaled(column[row] ?? Number.NaN, ranges[c]?.min, ranges[c]?.max),
          ),
          target: targetValue(target, row),
        })),
      },
      sampled,
    }
  },

  vega({ features, rows }) {
    const targets = new Set(rows.map(({ target }) => target))
    const isClass = targets.size <= MOST_CLASSES
    const values = rows.flatMap(({ values, target }, row) =>
      values.map((value, c) => ({
        row,
        feature: features[c],
        value,
        target: isClass ? String(target) : target,
      })),
    )
    return {
      width: Math.min(960, Math.max(480, 60 * features.length)),
      height: 320,
      data: { values },
      mark: { type: 'line', opacity: 0.25, strokeWidth: 1 },
      encoding: {
        x: named('feature', null, { axis: { labelAngle: -40, grid: true } }),
        y: share('value', 'share of the range'),
        detail: { field: 'row', type: 'nominal' },
        color: isClass
          ? classColor('target', TARGET_TITLE, [...targets].sort((a, b) => (a ?? 0) - (b ?? 0)).map(String))
          : quantitative('target', TARGET_TITLE, { scale: { scheme: palette.sequential } }),
      },
    }
  },
}

function scaled(value: number, min: Gap | undefined, max: Gap | undefined): Gap {
  if (!Number.isFinite(value) || min == null || max == null) return null
  return max > min ? (value - min) / (max - min) : 0.5
}
