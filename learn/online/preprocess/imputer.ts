import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'
import type { Column, Row } from '../learner.ts'
import { createStandardScaler } from './standard-scaler.ts'

/** Fills what is missing in rows. */
export interface Imputer {
  /** Learns what is present. */
  learn(row: Row): void
  /** Copies the row into `out` with what is missing filled in; a column never seen stays missing. */
  fill(row: Row, out: Row): void
  save(out: StateWriter): void
}

interface Options {
  columns: readonly Column[]
  /** Fills every numeric column instead of its running mean. */
  constant?: number
}

/** Codes of a nominal column that are counted. */
const MAX_CODES = 65_536

/** Numeric columns: running mean, or a constant. Nominal columns: the most frequent code, the first of equals. */
export function createImputer({ columns, constant = Number.NaN }: Options, input?: StateReader): Imputer {
  const isConstant = !Number.isNaN(constant)
  const width = columns.length
  const seen = input ? input.f64s(width) : new Float64Array(width)
  const means = createStandardScaler(width, input)
  const modes = input ? input.i32s(width) : new Int32Array(width).fill(-1)
  const counts = columns.map(() => (input ? input.f64s() : new Float64Array(8)))

  function count(column: number, code: number): void {
    if (!(code >= 0 && code < MAX_CODES)) return
    if (code >= counts[column].length) {
      const larger = new Float64Array(Math.max(2 * counts[column].length, code + 1))
      larger.set(counts[column])
      counts[column] = larger
    }
    const often = ++counts[column][code]
    if (modes[column] < 0 || often > counts[column][modes[column]]) modes[column] = code
  }

  return {
    learn(row) {
      for (let i = 0; i < width; i++) {
        if (columns[i].kind === 'nominal') count(i, row[i])
        else if (Number.isFinite(row[i])) {
          seen[i] += 1
          means.learn(i, row[i])
        }
      }
    },
    fill(row, out) {
      for (let i = 0; i < width; i++) {
        if (columns[i].kind === 'nominal') out[i] = row[i] >= 0 ? row[i] : modes[i]
        else if (Number.isFinite(row[i])) out[i] = row[i]
        else out[i] = isConstant ? constant : seen[i] > 0 ? means.mean(i) : Number.NaN
      }
    },
    save(out) {
      out.f64s(seen)
      means.save(out)
      out.i32s(modes)
      for (const column of counts) out.f64s(column)
    },
  }
}
