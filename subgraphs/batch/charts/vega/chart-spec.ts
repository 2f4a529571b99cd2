import { palette } from './palette.ts'
import type { VegaLiteSpec } from './vega-lite-spec.ts'

const SCHEMA = 'https://vega.github.io/schema/vega-lite/v6.json'
/** About 4.5 : 1 against white and against the dark theme's background. */
const INK = '#71798a'
const LINE = '#71798a40'

/** Wraps a drawing up: without a background, in inks that can be read on light and dark. 480 by 300 unless it says otherwise. */
export function chartSpec(drawing: VegaLiteSpec): VegaLiteSpec {
  const isSized = 'width' in drawing || 'hconcat' in drawing || 'vconcat' in drawing || 'facet' in drawing
  return {
    $schema: SCHEMA,
    background: null,
    padding: 8,
    ...(isSized ? {} : { width: 480, height: 300 }),
    ...drawing,
    config: {
      font: 'system-ui, sans-serif',
      view: { stroke: null },
      // Thousands of labelled dots help nobody; the drawing as a whole has a description.
      mark: { aria: false },
      axis: {
        labelColor: INK,
        titleColor: INK,
        gridColor: LINE,
        domainColor: LINE,
        tickColor: LINE,
        titleFontWeight: 'normal',
        labelLimit: 220,
      },
      legend: { labelColor: INK, titleColor: INK, titleFontWeight: 'normal', labelLimit: 240 },
      header: { labelColor: INK, titleColor: INK },
      title: { color: INK, fontWeight: 'normal' },
      text: { color: INK },
      range: { category: palette.classes },
    },
  }
}
