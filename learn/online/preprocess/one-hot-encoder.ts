import { codedError } from '../../coded-error.ts'
import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'

/** Gives each (column, code) pair an output of its own at first sight, up to a bound. */
export interface OneHotEncoder {
  /** Outputs so far. */
  readonly size: number
  /** Gives the code an output if there is room. */
  learn(column: number, code: number): void
  /** Index of the output that is 1, or -1 when there is none. */
  indexOf(column: number, code: number): number
  save(out: StateWriter): void
}

/** Later codes than `maxOutputs` have no output, as missing ones (-1). */
export function createOneHotEncoder(width: number, maxOutputs = 4096): OneHotEncoder {
  return fromMaps(
    Array.from({ length: width }, () => new Map()),
    maxOutputs,
  )
}

export function loadOneHotEncoder(input: StateReader): OneHotEncoder {
  const maxOutputs = input.u32()
  const maps = Array.from({ length: input.u32() }, () => {
    const codes = input.f64s()
    const outputs = input.u32s(codes.length)
    return new Map(Array.from(codes, (code, i) => [code, outputs[i]] as const))
  })
  const outputs = maps.flatMap(map => [...map.values()]).sort((a, b) => a - b)
  if (outputs.some((output, i) => output !== i)) {
    throw codedError('CHECKPOINT_CORRUPT', 'The outputs of a one-hot encoder are not 0, 1, 2 and so on.')
  }
  return fromMaps(maps, maxOutputs)
}

function fromMaps(maps: readonly Map<number, number>[], maxOutputs: number): OneHotEncoder {
  let size = maps.reduce((sum, map) => sum + map.size, 0)
  return {
    get size() {
      return size
    },
    learn(column, code) {
      if (code >= 0 && size < maxOutputs && !maps[column].has(code)) maps[column].set(code, size++)
    },
    indexOf: (column, code) => maps[column].get(code) ?? -1,
    save(out) {
      out.u32(maxOutputs)
      out.u32(maps.length)
      for (const map of maps) {
        out.f64s(Float64Array.from(map.keys()))
        out.u32s(Uint32Array.from(map.values()))
      }
    },
  }
}
