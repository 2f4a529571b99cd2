import type { ScoreBand } from '../data/selection-data.ts'
import { classColor, quantitative } from './channels.ts'
import type { VegaLiteSpec } from './vega-lite-spec.ts'

interface Options {
  at: readonly number[]
  atTitle: string
  train: ScoreBand
  test: ScoreBand
  scorer: string
  scale?: VegaLiteSpec
}

/** Training and held-out scores as lines with a band of one standard deviation. */
export function scoreBands({ at, atTitle, train, test, scorer, scale }: Options): VegaLiteSpec {
  const values = (
    [
      ['training', train],
      ['held out', test],
    ] as const
  ).flatMap(([part, band]) =>
    at.map((x, i) => {
      const mean = band.mean[i] ?? null
      const std = band.std[i] ?? 0
      return {
        part,
        x,
        mean,
        low: mean === null ? null : mean - std,
        high: mean === null ? null : mean + std,
      }
    }),
  )
  const x = quantitative('x', atTitle, scale ? { scale } : {})
  return {
    data: { values },
    encoding: { x, color: classColor('part', 'Rows', ['training', 'held out']) },
    layer: [
      {
        mark: { type: 'area', opacity: 0.2 },
        encoding: { y: quantitative('low', scorer, { scale: { zero: false } }), y2: { field: 'high' } },
      },
      {
        mark: { type: 'line', point: true, tooltip: true },
        encoding: { y: quantitative('mean', scorer, { scale: { zero: false } }) },
      },
    ],
  }
}
