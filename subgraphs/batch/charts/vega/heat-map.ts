import { named, quantitative } from './channels.ts'
import { palette } from './palette.ts'
import type { VegaLiteSpec } from './vega-lite-spec.ts'

interface Options {
  rows: readonly string[]
  columns: readonly string[]
  values: readonly (readonly (number | null)[])[]
  rowTitle: string | null
  columnTitle: string | null
  valueTitle: string
  /** From -1 over 0 to 1 in two colours, else from 0 to the largest in one. */
  isSigned?: boolean
  domain?: readonly number[]
  /** How a number is written into its cell; nothing is written without it. */
  format?: string
  /** What is written instead of the value. */
  written?: readonly (readonly (number | null)[])[]
}

/** A coloured cell for each pair. */
export function heatMap(options: Options): VegaLiteSpec {
  const { rows, columns, values, rowTitle, columnTitle, valueTitle, isSigned = false, format } = options
  const { domain = isSigned ? [-1, 1] : undefined, written = values } = options
  const side = Math.max(16, Math.min(90, Math.round(420 / Math.max(1, columns.length))))
  const scale = {
    scheme: isSigned ? palette.diverging : 'blues',
    ...(domain ? { domain } : {}),
    ...(isSigned ? { domainMid: 0 } : {}),
  }
  const cells = rows.flatMap((row, r) =>
    columns.map((column, c) => ({
      row,
      column,
      value: values[r]?.[c] ?? null,
      written: written[r]?.[c] ?? null,
    })),
  )
  const text = {
    transform: [{ filter: 'datum.written !== null' }],
    mark: { type: 'text', fontSize: side > 40 ? 12 : 9 },
    encoding: {
      text: quantitative('written', valueTitle, { format }),
      // Middles are pale and ends are dark in either scheme, whatever is behind the chart.
      color: {
        condition: { test: inkTest(domain, isSigned, cells), value: '#ffffff' },
        value: '#1b2230',
      },
    },
  }
  return {
    width: { step: side },
    height: { step: Math.min(side, 60) },
    data: { values: cells },
    encoding: { x: named('column', columnTitle, { axis: { labelAngle: -40 } }), y: named('row', rowTitle) },
    layer: [
      {
        mark: { type: 'rect', tooltip: true },
        encoding: { color: quantitative('value', valueTitle, { scale }) },
      },
      ...(format === undefined ? [] : [text]),
    ],
  }
}

function inkTest(
  domain: readonly number[] | undefined,
  isSigned: boolean,
  cells: readonly { value: number | null }[],
): string {
  const most = domain?.at(-1) ?? Math.max(0, ...cells.map(({ value }) => value ?? 0))
  const limit = Number.isFinite(most) ? 0.6 * most : 0
  return isSigned ? `abs(datum.value) > ${limit}` : `datum.value > ${limit}`
}
