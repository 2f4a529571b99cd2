import { CTR_ELEMENTS, type CtrTable } from './catboost-model.ts'

// The two halves of the factor 0x4906ba494954cb65 that keys are made with (CatBoost, CalcHash).
const FACTOR_LOW = 0x4954cb65
const FACTOR_HIGH = 0x4906ba49

/** Which entry of a table a row belongs to; -1 for none. `floats` are float features rounded to 32 bits, `hashes` those of categories. */
export type CtrLookup = (floats: Float64Array, hashes: Int32Array) => number

/** Finds entries by 64-bit keys in two halves, in a table with open addressing that is at most half full. */
export function createCtrLookup({ elements, low, high }: CtrTable): CtrLookup {
  const size = 2 ** Math.ceil(Math.log2(2 * low.length + 2))
  const mask = size - 1
  const places = new Int32Array(size).fill(-1)
  for (let entry = 0; entry < low.length; entry++) {
    let at = placeOf(low[entry] | 0, high[entry] | 0)
    while (places[at] >= 0) at = (at + 1) & mask
    places[at] = entry
  }
  const kinds = Uint8Array.from(elements, ({ kind }) => CTR_ELEMENTS.indexOf(kind))
  const features = Int32Array.from(elements, ({ feature }) => feature)
  const values = Float64Array.from(elements, ({ value }) => value)

  return (floats, hashes) => {
    let keyLow = 0
    let keyHigh = 0
    for (let i = 0; i < kinds.length; i++) {
      const feature = features[i]
      let value: number
      if (kinds[i] === 0) value = hashes[feature]
      else if (kinds[i] === 1) value = floats[feature] > values[i] ? 1 : 0
      else value = hashes[feature] === values[i] ? 1 : 0
      // key = FACTOR * (key + FACTOR * value) modulo 2^64, with the value's sign extended.
      const addLow = Math.imul(FACTOR_LOW, value)
      const addHigh =
        (timesHigh(FACTOR_LOW, value) + Math.imul(FACTOR_HIGH, value) + Math.imul(FACTOR_LOW, value >> 31)) |
        0
      const sumLow = (keyLow + addLow) | 0
      const carry = sumLow >>> 0 < addLow >>> 0 ? 1 : 0
      const sumHigh = (keyHigh + addHigh + carry) | 0
      keyLow = Math.imul(FACTOR_LOW, sumLow)
      keyHigh =
        (timesHigh(FACTOR_LOW, sumLow) + Math.imul(FACTOR_HIGH, sumLow) + Math.imul(FACTOR_LOW, sumHigh)) | 0
    }
    for (let at = placeOf(keyLow, keyHigh); places[at] >= 0; at = (at + 1) & mask) {
      const entry = places[at]
      if ((low[entry] | 0) === keyLow && (high[entry] | 0) === keyHigh) return entry
    }
    return -1
  }

  function placeOf(keyLow: number, keyHigh: number): number {
    const mixed = Math.imul(keyLow ^ keyHigh, 0x9e3779b1)
    return (mixed ^ (mixed >>> 15)) & mask
  }
}

/** The high half of the product of two unsigned numbers of 32 bits. */
function timesHigh(a: number, b: number): number {
  const aLow = a & 0xffff
  const aHigh = a >>> 16
  const bLow = b & 0xffff
  const bHigh = b >>> 16
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16)
  const cross = aLow * bHigh + (middle & 0xffff)
  // Each product stays below 2^32; the sums below 2^33, which doubles hold, so they are cut by division instead of a shift.
  return (aHigh * bHigh + Math.floor(middle / 65536) + Math.floor(cross / 65536)) | 0
}
