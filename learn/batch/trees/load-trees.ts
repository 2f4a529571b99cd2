import { codedError } from '../../coded-error.ts'
import type { StateReader } from '../../state/reader.ts'
import { checkTrees } from './check-trees.ts'
import { VERSION } from './save-trees.ts'
import type { TreeEnsemble } from './tree-ensemble.ts'

/**
 * Reads what `saveTrees` wrote. Every size and index is checked, so that no row can lead out of the arrays or round in circles.
 * @throws Error with code MODEL_CORRUPT, saying what does not fit.
 */
export function loadTrees(input: StateReader): TreeEnsemble {
  let ensemble: TreeEnsemble
  try {
    const version = input.u8()
    if (version !== VERSION) throw new Error(`its layout is ${version}, wanted ${VERSION}.`)
    ensemble = read(input)
  } catch (error) {
    throw corrupt((error as Error).message)
  }
  const problem = checkTrees(ensemble)
  if (problem) throw corrupt(problem)
  return ensemble
}

function read(input: StateReader): TreeEnsemble {
  const features = input.u32()
  const outputs = input.u32()
  const bias = input.f64s(outputs)
  const treeStart = input.i32s()
  const feature = input.i32s()
  const nodes = feature.length
  return {
    features,
    outputs,
    bias,
    treeStart,
    feature,
    threshold: input.f64s(nodes),
    missingLeft: input.bytes(nodes),
    setStart: input.i32s(nodes),
    setWords: input.i32s(nodes),
    categorySets: input.u32s(),
    left: input.i32s(nodes),
    right: input.i32s(nodes),
    value: input.f64s(nodes),
    cover: input.f64s(nodes),
    gain: input.f64s(nodes),
  }
}

function corrupt(detail: string): Error {
  return codedError('MODEL_CORRUPT', `The trees of the model are corrupt: ${detail}`)
}
