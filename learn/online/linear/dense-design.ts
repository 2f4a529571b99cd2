import { codedError } from '../../coded-error.ts'
import type { StateReader } from '../../state/reader.ts'
import type { Row } from '../learner.ts'
import { createStandardScaler } from '../preprocess/standard-scaler.ts'
import type { LinearDesign, LinearDesignOptions, LinearRow } from './linear-design.ts'

/** Codes of one nominal column that can have an input. */
const MAX_CODES = 65_536
/** A standardised value counts at most this much: one wild input must not own the weights. */
const CLIP = 8

/**
 * One input per numeric column (standardised in mode `ours`), one for its absence, one per category of a nominal
 * column, absence included, given at first sight. In mode `river` absence has no input and nothing is scaled.
 */
export function createDenseDesign(
  { columns, mode, maxInputs }: LinearDesignOptions,
  input?: StateReader,
): LinearDesign {
  const ours = mode === 'ours'
  const width = columns.length
  const numeric = Uint8Array.from(columns, ({ kind }) => (kind === 'numeric' ? 1 : 0))
  const limit = input ? input.u32() : maxInputs
  let size = input ? input.u32() : 0
  const scaler = createStandardScaler(width, input)
  /** Per column, input + 1 of each code (first: absence); for numeric columns of the absence and the value. */
  const inputs = columns.map(() => (input ? input.i32s() : new Int32Array(2)))
  for (const codes of inputs) {
    if (codes.length >= 2 && codes.every(at => at >= 0 && at <= size)) continue
    throw codedError('CHECKPOINT_CORRUPT', `A linear design of ${size} inputs refers to one beyond.`)
  }
  const out: LinearRow = {
    length: 0,
    indices: new Int32Array(width),
    values: new Float64Array(width),
    origins: new Int32Array(width),
  }

  function put(column: number, code: number, value: number, grow: boolean): void {
    let codes = inputs[column]
    if (code >= codes.length) {
      if (!grow || code >= MAX_CODES || size >= limit) return
      codes = new Int32Array(Math.min(MAX_CODES, Math.max(2 * codes.length, code + 1)))
      codes.set(inputs[column])
      inputs[column] = codes
    }
    if (codes[code] === 0) {
      if (!grow || size >= limit) return
      codes[code] = ++size
    }
    out.indices[out.length] = codes[code] - 1
    out.values[out.length] = value
    out.origins[out.length] = column
    out.length += 1
  }

  function fill(row: Row, grow: boolean): LinearRow {
    out.length = 0
    for (let i = 0; i < width; i++) {
      const value = row[i]
      if (numeric[i] === 0) {
        if (value >= 0) put(i, Math.floor(value) + 1, 1, grow)
        else if (ours) put(i, 0, 1, grow)
      } else if (value - value !== 0) {
        if (ours) put(i, 0, 1, grow)
      } else if (ours) {
        const z = scaler.scale(i, value)
        put(i, 1, z > CLIP ? CLIP : z < -CLIP ? -CLIP : z, grow)
      } else put(i, 1, value, grow)
    }
    return out
  }

  return {
    get size() {
      return size
    },
    encode: row => fill(row, false),
    admit(row, weight) {
      if (ours) for (let i = 0; i < width; i++) if (numeric[i] === 1) scaler.learn(i, row[i], weight)
      return fill(row, true)
    },
    sizeBytes: () => scaler.sizeBytes() + inputs.reduce((sum, codes) => sum + 4 * codes.length, 0),
    save(to) {
      to.u32(limit)
      to.u32(size)
      scaler.save(to)
      for (const codes of inputs) to.i32s(codes)
    },
  }
}
