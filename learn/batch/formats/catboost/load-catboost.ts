import { codedError } from '../../../coded-error.ts'
import type { StateReader } from '../../../state/reader.ts'
import {
  CATBOOST_LINKS,
  type CatboostCtr,
  type CatboostModel,
  CTR_ELEMENTS,
  CTR_TYPES,
  type CtrTable,
} from './catboost-model.ts'
import { checkCatboost } from './check-catboost.ts'
import { CATBOOST_STATE_VERSION } from './save-catboost.ts'

/** Reads what `saveCatboost` wrote. @throws Error with code MODEL_CORRUPT, saying what does not fit. */
export function loadCatboost(input: StateReader): CatboostModel {
  let model: CatboostModel
  try {
    const version = input.u8()
    if (version !== CATBOOST_STATE_VERSION) throw new Error(`its layout is ${version}, wanted 1.`)
    model = read(input)
  } catch (error) {
    throw corrupt((error as Error).message)
  }
  const problem = checkCatboost(model)
  if (problem) throw corrupt(`${problem}.`)
  return model
}

function read(input: StateReader): CatboostModel {
  const width = input.u32()
  const link = nameOf(CATBOOST_LINKS, input.u8())
  const scale = input.f64()
  const bias = input.f64s()
  const categoricals = input.i32s()
  const floats = list(input, () => {
    const column = input.u32()
    return { column, missing: input.bool() ? ('above' as const) : ('below' as const), borders: input.f64s() }
  })
  const asked = input.i32s()
  const hashes = input.i32s(asked.length)
  return {
    width,
    outputs: bias.length,
    floats,
    categoricals,
    oneHots: Array.from(asked, (categorical, i) => ({ categorical, hash: hashes[i] })),
    tables: list(input, () => readTable(input)),
    ctrs: list(input, () => readCtr(input)),
    depths: input.bytes(),
    splitSlot: input.i32s(),
    splitBorder: input.i32s(),
    leafValues: input.f64s(),
    leafWeights: input.f64s(),
    scale,
    bias,
    link,
  }
}

function readTable(input: StateReader): CtrTable {
  const kinds = input.bytes()
  const features = input.i32s(kinds.length)
  const values = input.f64s(kinds.length)
  return {
    elements: Array.from(kinds, (kind, i) => ({
      kind: nameOf(CTR_ELEMENTS, kind),
      feature: features[i],
      value: values[i],
    })),
    stride: input.u32(),
    low: input.u32s(),
    high: input.u32s(),
    counts: input.f64s(),
    denominator: input.f64(),
  }
}

function readCtr(input: StateReader): CatboostCtr {
  const type = nameOf(CTR_TYPES, input.u8())
  const table = input.u32()
  const target = input.u32()
  const [priorNumerator, priorDenominator, shift, scale] = input.f64s(4)
  return { type, table, target, priorNumerator, priorDenominator, shift, scale, borders: input.f64s() }
}

/** Not into a preset length: items take bytes, so the reader ends before an absurd count does harm. */
function list<T>(input: StateReader, item: () => T): T[] {
  const items: T[] = []
  for (let left = input.u32(); left > 0; left--) items.push(item())
  return items
}

function nameOf<T>(names: readonly T[], index: number): T {
  if (index < names.length) return names[index]
  throw new Error(`it names kind ${index} of ${names.length}.`)
}

function corrupt(detail: string): Error {
  return codedError('MODEL_CORRUPT', `The CatBoost model is corrupt: ${detail}`)
}
