import { palette } from './palette.ts'
import type { VegaLiteSpec } from './vega-lite-spec.ts'

/** A channel that shows a number. */
export function quantitative(field: string, title: string, rest: VegaLiteSpec = {}): VegaLiteSpec {
  return { field, type: 'quantitative', title, ...rest }
}

/** The same with a scale from 0 to 1. */
export function share(field: string, title: string, rest: VegaLiteSpec = {}): VegaLiteSpec {
  return quantitative(field, title, { scale: { domain: [0, 1] }, ...rest })
}

/** A channel of names, in the order of the data. */
export function named(field: string, title: string | null, rest: VegaLiteSpec = {}): VegaLiteSpec {
  return { field, type: 'nominal', title, sort: null, ...rest }
}

/** Lines go from point to point in the order of this field, and not of x. */
export const inOrder: VegaLiteSpec = { field: 'i', type: 'quantitative' }

/** Colour by class or cluster. */
export function classColor(field: string, title: string, domain?: readonly string[]): VegaLiteSpec {
  return named(field, title, { scale: { ...(domain ? { domain } : {}), range: palette.classes } })
}
