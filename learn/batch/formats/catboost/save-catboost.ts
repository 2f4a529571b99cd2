import type { StateWriter } from '../../../state/writer.ts'
import { CATBOOST_LINKS, type CatboostModel, CTR_ELEMENTS, CTR_TYPES } from './catboost-model.ts'

/** Of this layout. */
export const CATBOOST_STATE_VERSION = 1

/** Writes a model for `loadCatboost`. */
export function saveCatboost(model: CatboostModel, out: StateWriter): void {
  const { floats, oneHots, tables, ctrs } = model
  out.u8(CATBOOST_STATE_VERSION)
  out.u32(model.width)
  out.u8(CATBOOST_LINKS.indexOf(model.link))
  out.f64(model.scale)
  out.f64s(model.bias)
  out.i32s(model.categoricals)
  out.u32(floats.length)
  for (const { column, borders, missing } of floats) {
    out.u32(column)
    out.bool(missing === 'above')
    out.f64s(borders)
  }
  out.i32s(Int32Array.from(oneHots, ({ categorical }) => categorical))
  out.i32s(Int32Array.from(oneHots, ({ hash }) => hash))
  out.u32(tables.length)
  for (const { elements, low, high, stride, counts, denominator } of tables) {
    out.bytes(Uint8Array.from(elements, ({ kind }) => CTR_ELEMENTS.indexOf(kind)))
    out.i32s(Int32Array.from(elements, ({ feature }) => feature))
    out.f64s(Float64Array.from(elements, ({ value }) => value))
    out.u32(stride)
    out.u32s(low)
    out.u32s(high)
    out.f64s(counts)
    out.f64(denominator)
  }
  out.u32(ctrs.length)
  for (const { type, table, target, priorNumerator, priorDenominator, shift, scale, borders } of ctrs) {
    out.u8(CTR_TYPES.indexOf(type))
    out.u32(table)
    out.u32(target)
    out.f64s(Float64Array.of(priorNumerator, priorDenominator, shift, scale))
    out.f64s(borders)
  }
  out.bytes(model.depths)
  out.i32s(model.splitSlot)
  out.i32s(model.splitBorder)
  out.f64s(model.leafValues)
  out.f64s(model.leafWeights)
}
