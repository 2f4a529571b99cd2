import { mix32 } from '../../math/mix32.ts'
import type { Row } from '../learner.ts'
import { LEVEL_BITS, logBin } from '../log-bin.ts'
import type { LinearDesign, LinearDesignOptions, LinearRow } from './linear-design.ts'

/** Sets the coarse bins of a column apart from its fine ones. */
const COARSE = 0x40000000

/**
 * Every category, and every log-scaled bin of a number (fine and coarse), is hashed together with its column into one of
 * 2^bits inputs of value 1; absence is a bin of its own. Nothing warms up and memory is constant.
 * Weinberger et al. 2009, "Feature hashing for large scale multitask learning".
 */
export function createHashedDesign({ columns, bits }: LinearDesignOptions): LinearDesign {
  const size = 2 ** bits
  const mask = size - 1
  const width = columns.length
  const numeric = Uint8Array.from(columns, ({ kind }) => (kind === 'numeric' ? 1 : 0))
  const out: LinearRow = {
    length: 0,
    indices: new Int32Array(2 * width),
    values: new Float64Array(2 * width).fill(1),
    origins: new Int32Array(2 * width),
  }

  function put(column: number, bin: number): void {
    out.indices[out.length] = mix32(Math.imul(column + 1, 0x9e3779b1) ^ bin) & mask
    out.values[out.length] = 1
    out.origins[out.length] = column
    out.length += 1
  }

  function encode(row: Row): LinearRow {
    out.length = 0
    for (let i = 0; i < width; i++) {
      if (numeric[i] === 1) {
        const bin = logBin(row[i])
        put(i, bin)
        put(i, COARSE + (bin >> LEVEL_BITS))
      } else put(i, row[i] >= 0 && row[i] < COARSE ? Math.floor(row[i]) + 1 : 0)
    }
    return out
  }

  return { size, encode, admit: encode, sizeBytes: () => 0, save: () => {} }
}
