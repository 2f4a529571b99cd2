/** A Vega-Lite 6 specification, or a part of one. */
export type VegaLiteSpec = { readonly [name: string]: unknown }
