import { classColor, quantitative } from './channels.ts'
import { palette } from './palette.ts'
import type { VegaLiteSpec } from './vega-lite-spec.ts'

interface Options {
  points: readonly { readonly x: number; readonly y: number; readonly target: number | null }[]
  xTitle: string
  yTitle: string
  targetTitle: string
  width?: number
  height?: number
}

/** More different values than this are a scale, not classes. */
const MOST_CLASSES = 20

/** Rows as dots, coloured by class where targets are few whole numbers, else along a scale. */
export function scatter({
  points,
  xTitle,
  yTitle,
  targetTitle,
  width = 480,
  height = 360,
}: Options): VegaLiteSpec {
  const targets = new Set(points.map(({ target }) => target))
  const isClass =
    targets.size <= MOST_CLASSES && [...targets].every(target => target === null || Number.isInteger(target))
  const classes = [...targets].sort((a, b) => (a ?? Infinity) - (b ?? Infinity)).map(String)
  return {
    width,
    height,
    data: {
      values: points.map(({ x, y, target }) => ({ x, y, target: isClass ? String(target) : target })),
    },
    mark: { type: 'circle', size: 22, opacity: 0.65, tooltip: true },
    encoding: {
      x: quantitative('x', xTitle, { scale: { zero: false } }),
      y: quantitative('y', yTitle, { scale: { zero: false } }),
      color: isClass
        ? classColor('target', targetTitle, classes)
        : quantitative('target', targetTitle, { scale: { scheme: palette.sequential } }),
    },
  }
}
