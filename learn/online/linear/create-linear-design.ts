import { codedError } from '../../coded-error.ts'
import type { StateReader } from '../../state/reader.ts'
import type { Column } from '../learner.ts'
import { createDenseDesign } from './dense-design.ts'
import { createHashedDesign } from './hashed-design.ts'
import { ENCODINGS, type LinearDesign, MODES } from './linear-design.ts'
import { oneOf } from './one-of.ts'

/** Parameters that all linear learners share. */
export const DESIGN_PARAMETERS = {
  mode: { default: 'ours' },
  encoding: { default: 'dense' },
  bits: { default: 16, min: 1, max: 24, integer: true },
}

interface Options {
  learner: string
  columns: readonly Column[]
  parameters: { mode: string; encoding: string; bits: number }
  maxBytes?: number | undefined
}

const DEFAULT_BYTES = 64 * 2 ** 20
/** A weight and two numbers of an optimiser's memory; arrays double, so half of them may be empty. */
const BYTES_PER_INPUT = 48
const MAX_INPUTS = 2 ** 20

/** The design that the parameters ask for. Throws INVALID_PARAMETER when it cannot fit in maxBytes. */
export function createLinearDesign(
  { learner, columns, parameters, maxBytes = DEFAULT_BYTES }: Options,
  input?: StateReader,
): LinearDesign {
  const { bits } = parameters
  const mode = modeOf(learner, parameters.mode)
  const encoding = oneOf(learner, 'encoding', parameters.encoding, ENCODINGS)
  const maxInputs = Math.min(MAX_INPUTS, Math.floor(maxBytes / BYTES_PER_INPUT))
  if (encoding === 'dense') return createDenseDesign({ columns, encoding, mode, bits, maxInputs }, input)
  if (!input && 24 * 2 ** bits > maxBytes) {
    throw codedError(
      'INVALID_PARAMETER',
      `Parameter bits of ${learner} is ${bits}, wanted so few that 24 * 2^bits is within the ${maxBytes} bytes allowed.`,
    )
  }
  return createHashedDesign({ columns, encoding, mode, bits, maxInputs })
}

export function modeOf(learner: string, mode: string): (typeof MODES)[number] {
  return oneOf(learner, 'mode', mode, MODES)
}
