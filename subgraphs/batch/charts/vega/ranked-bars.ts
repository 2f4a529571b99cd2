import { named, quantitative } from './channels.ts'
import { palette } from './palette.ts'
import type { VegaLiteSpec } from './vega-lite-spec.ts'

interface Options {
  names: readonly string[]
  values: readonly (number | null)[]
  nameTitle: string
  valueTitle: string
  scale?: VegaLiteSpec
}

/** Horizontal bars, one a name, in the order given. */
export function rankedBars({ names, values, nameTitle, valueTitle, scale }: Options): VegaLiteSpec {
  return {
    width: 420,
    height: { step: 18 },
    data: { values: names.map((name, i) => ({ name, value: values[i] })) },
    mark: { type: 'bar', color: palette.main, tooltip: true },
    encoding: {
      // Those without a value stay in the list.
      y: named('name', nameTitle, { scale: { domain: names } }),
      x: quantitative('value', valueTitle, scale ? { scale } : {}),
    },
  }
}
