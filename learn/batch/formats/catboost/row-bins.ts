import type { CatboostModel } from './catboost-model.ts'
import { createCtrLookup } from './ctr-lookup.ts'
import { ctrValue } from './ctr-value.ts'

/** Fills the bins of a row, one a slot, and returns them; the array is used again by the next call. */
export type RowBins = (row: Float64Array, hashes: Int32Array) => Int32Array

/** Sorts rows into the bins that splits ask about. `row` holds float features by column, `hashes` one a categorical feature. */
export function createRowBins({ floats, oneHots, tables, ctrs }: CatboostModel): RowBins {
  const bins = new Int32Array(floats.length + oneHots.length + ctrs.length)
  const values = new Float64Array(floats.length)
  const lookups = tables.map(createCtrLookup)
  const entries = new Int32Array(tables.length)
  // The bin of each ctr for each entry of its table, and for none as the last.
  const ctrBins = ctrs.map(ctr => {
    const table = tables[ctr.table]
    const none = table.low.length
    return Int32Array.from({ length: none + 1 }, (_, entry) =>
      binOf(ctr.borders, ctrValue(ctr, table, entry === none ? -1 : entry)),
    )
  })

  return (row, hashes) => {
    for (let i = 0; i < floats.length; i++) {
      const { column, borders, missing } = floats[i]
      const value = Math.fround(row[column])
      values[i] = value === value ? value : missing === 'above' ? Infinity : -Infinity
      bins[i] = binOf(borders, values[i])
    }
    let slot = floats.length
    for (let i = 0; i < oneHots.length; i++) {
      bins[slot++] = hashes[oneHots[i].categorical] === oneHots[i].hash ? 1 : 0
    }
    for (let i = 0; i < tables.length; i++) {
      const entry = lookups[i](values, hashes)
      entries[i] = entry < 0 ? tables[i].low.length : entry
    }
    for (let i = 0; i < ctrs.length; i++) bins[slot++] = ctrBins[i][entries[ctrs[i].table]]
    return bins
  }
}

/** How many ascending borders a value is above. */
function binOf(borders: Float64Array, value: number): number {
  let low = 0
  let high = borders.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (value > borders[middle]) low = middle + 1
    else high = middle
  }
  return low
}
