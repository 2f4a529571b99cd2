import type { Column } from '../online/learner.ts'

export type Features = Readonly<Record<string, number | string | boolean | null>>

export interface FeatureRows {
  columns: readonly Column[]
  /** A row with NaN for what is missing, in numeric and nominal columns. */
  rowOf(features: Features): Float64Array
}

/** Columns for dictionaries of features: texts and the names given are nominal, their codes in ascending order. */
export function featureRows(dicts: readonly Features[], nominal: readonly string[] = []): FeatureRows {
  const values = new Map<string, Set<number | string | boolean>>()
  const texts = new Set(nominal)
  for (const dict of dicts) {
    for (const [name, value] of Object.entries(dict)) {
      if (value === null) continue
      const seen = values.get(name) ?? new Set()
      values.set(name, seen.add(value))
      if (typeof value === 'string') texts.add(name)
    }
  }
  const names = [...values.keys()]
  const codes = new Map<string, Map<number | string | boolean, number>>()
  for (const name of texts) {
    const sorted = [...(values.get(name) ?? [])].sort((a, b) => (a < b ? -1 : 1))
    codes.set(name, new Map(sorted.map((value, code) => [value, code])))
  }
  return {
    columns: names.map(name => ({ name, kind: texts.has(name) ? 'nominal' : 'numeric' })),
    rowOf(features) {
      return Float64Array.from(names, name => {
        const value = features[name]
        if (value === null || value === undefined) return Number.NaN
        return codes.get(name)?.get(value) ?? Number(value)
      })
    },
  }
}
