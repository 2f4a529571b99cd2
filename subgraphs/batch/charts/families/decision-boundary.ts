import { samplePositions } from '#learn/batch/statistics/sample-positions.ts'
import type { ChartFamily } from '../chart-family.ts'
import type { DecisionBoundaryData } from '../data/features-data.ts'
import { categoryLabel } from '../input/category-label.ts'
import { featureGrid } from '../input/feature-grid.ts'
import { takeExtra } from '../input/take-rows.ts'
import { twoFeatures } from '../input/two-features.ts'
import { typicalRow } from '../input/typical-row.ts'
import { classColor, named, quantitative } from '../vega/channels.ts'
import { palette } from '../vega/palette.ts'
import type { VegaLiteSpec } from '../vega/vega-lite-spec.ts'

export const decisionBoundary: ChartFamily<DecisionBoundaryData> = {
  compute(input) {
    const { run, options } = input
    const { model, train } = run
    const [x, y] = twoFeatures(input)
    const steps = options.number('resolution')
    const [xGrid, yGrid] = [x, y].map(column => featureGrid(train, { column, steps, from: 0, to: 1 })) as [
      number[],
      number[],
    ]
    const row = typicalRow(train)
    const answers = yGrid.map(second =>
      xGrid.map(first => {
        row[x] = first
        row[y] = second
        return model.answer(row)
      }),
    )
    const labelsOf = (column: number, grid: readonly number[]) =>
      train.columns[column]?.kind === 'nominal' ? grid.map(code => categoryLabel(model, column, code)) : null
    const seed = options.number('seed')
    const rows = samplePositions(train.rows, options.number('sample'), seed)
    const classes = takeExtra(train, model.task === 'clustering' ? 'cluster' : 'label', rows)
    const valueAt = (column: number, at: number) => train.values[column]?.[rows[at] as number] ?? Number.NaN
    const points = rows.map((_, i) => ({ x: valueAt(x, i), y: valueAt(y, i), label: String(classes[i]) }))
    return {
      data: {
        __typename: 'DecisionBoundaryData',
        xName: train.columns[x]?.name ?? '',
        yName: train.columns[y]?.name ?? '',
        xGrid,
        yGrid,
        xLabels: labelsOf(x, xGrid),
        yLabels: labelsOf(y, yGrid),
        proba: answers.map(line => line.map(({ score }) => (Number.isFinite(score) ? score : null))),
        decided: answers.map(line => line.map(({ cluster, flagged }) => cluster ?? (flagged ? 1 : 0))),
        points: points.filter(
          ({ x, y, label }) => Number.isFinite(x) && Number.isFinite(y) && label !== 'NaN',
        ),
      },
      sampled: { n: rows.length, of: train.of, seed },
    }
  },

  vega(data) {
    const { xName, yName, xGrid, yGrid, xLabels, yLabels, proba, decided, points } = data
    const x = axisOf('x', xName, xGrid, xLabels)
    const y = axisOf('y', yName, yGrid, yLabels)
    const cells = yGrid.flatMap((_, r) =>
      xGrid.map((_, c) => ({
        ...x.cell(c),
        ...y.cell(r),
        decision: String(decided[r]?.[c]),
        probability: proba[r]?.[c] ?? null,
      })),
    )
    const classes = [...new Set([...decided.flat().map(String), ...points.map(({ label }) => label)])].sort(
      byNumber,
    )
    const color = classColor('decision', 'Decision', classes)
    const dots = points.flatMap(({ x: px, y: py, label }) => {
      const [atX, atY] = [x.point(px), y.point(py)]
      return atX === null || atY === null ? [] : [{ x: atX, y: atY, decision: label }]
    })
    return {
      width: 420,
      height: 420,
      layer: [
        {
          data: { values: cells },
          mark: { type: 'rect', tooltip: { content: 'data' } },
          encoding: {
            ...x.encoding,
            ...y.encoding,
            color,
            opacity: quantitative('probability', 'Probability', {
              scale: { range: [0.15, 0.6] },
              legend: null,
            }),
          },
        },
        {
          data: { values: dots },
          mark: { type: 'point', filled: true, size: 18, stroke: palette.quiet, strokeWidth: 0.5 },
          encoding: { x: x.encoding['x'], y: y.encoding['y'], color },
        },
      ],
    }
  },
}

interface Axis {
  encoding: VegaLiteSpec
  /** Fields of a cell at this step. */
  cell(step: number): VegaLiteSpec
  /** Where a row lies; null beyond what is shown. */
  point(value: number): number | string | null
}

function axisOf(
  axis: 'x' | 'y',
  title: string,
  grid: readonly number[],
  labels: readonly string[] | null,
): Axis {
  if (labels) {
    return {
      encoding: { [axis]: named(axis, title) },
      cell: step => ({ [axis]: labels[step] }),
      point: code => labels[grid.indexOf(code)] ?? null,
    }
  }
  const half = grid.length > 1 ? ((grid[1] ?? 0) - (grid[0] ?? 0)) / 2 : 0.5
  return {
    encoding: {
      [axis]: quantitative(axis, title, { scale: { zero: false, nice: false } }),
      [`${axis}2`]: { field: `${axis}To` },
    },
    cell: step => ({ [axis]: (grid[step] ?? 0) - half, [`${axis}To`]: (grid[step] ?? 0) + half }),
    point: value => value,
  }
}

function byNumber(a: string, b: string): number {
  return Number(a) - Number(b)
}
