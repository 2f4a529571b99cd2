import { codedError } from '../coded-error.ts'
import { createPythonRandom } from '../math/python-random.ts'
import type { StateReader } from '../state/reader.ts'
import { seedNumber } from './seed-number.ts'
import { growHalfSpaces, type HalfSpaces } from './grow-half-spaces.ts'
import type { BinaryClassifier, Column, Row } from './learner.ts'
import type { LearnerInfo } from './learner-info.ts'
import type { LearnerOptions } from './learner-options.ts'
import { loadParameters, readParameters, saveParameters, type ParameterValues } from './parameters.ts'

const NAME = 'half-space-trees'
const PARAMETERS = {
  trees: { default: 10, min: 1, max: 200, integer: true },
  height: { default: 8, min: 1, max: 15, integer: true },
  /** Examples per window; the masses of the last full one are what scores are made of. */
  window: { default: 250, min: 1, integer: true },
  /** `minmax`: columns are scaled to 0..1 by the range seen so far; `none`: they are within 0..1 already. */
  scaling: { default: 'minmax' },
}
/** Share of a window below which a node is not followed any further (Tan, Ting and Liu 2011). */
const LEAST_SHARE = 0.1

/** What the catalogue tells. */
export const halfSpaceTreesInfo: LearnerInfo = {
  title: 'Half-space trees',
  task: 'classification',
  description:
    'An anomaly score without labels: how few of the last window lie where this event lies, in random cuts of the numeric columns (Tan, Ting and Liu 2011). A score from 0 to 1, not a probability.',
  missing: 'Follows the heavier half.',
  additive: false,
}

/**
 * Streaming half-space trees over the numeric columns. `predict` is 0 until the first window is full, then near 1 for rows
 * where few others are; `learn` ignores the label. With scaled data equal to River 0.26.1 for the same seed. Throws
 * INVALID_PARAMETER when there is no numeric column.
 */
export function createHalfSpaceTrees({ columns, params, seed = 1 }: LearnerOptions): BinaryClassifier {
  return fromState(columns, readParameters(NAME, PARAMETERS, params), seedNumber(seed))
}

/** Reads what follows the name in a saved learner. */
export function loadHalfSpaceTrees(input: StateReader, columns: readonly Column[]): BinaryClassifier {
  return fromState(columns, loadParameters(input, NAME, PARAMETERS), input.f64(), input)
}

function fromState(
  columns: readonly Column[],
  parameters: ParameterValues<typeof PARAMETERS>,
  seed: number,
  input?: StateReader,
): BinaryClassifier {
  const { trees, height, window, scaling } = parameters
  if (scaling !== 'minmax' && scaling !== 'none') {
    throw codedError(
      'INVALID_PARAMETER',
      `Parameter scaling of ${NAME} is ${scaling}, wanted minmax or none.`,
    )
  }
  const numeric = columns.flatMap(({ kind }, i) => (kind === 'numeric' ? [i] : []))
  if (numeric.length === 0) {
    const names = columns.map(({ name }) => name).join(', ')
    throw codedError(
      'INVALID_PARAMETER',
      `${NAME} has the columns ${names}, wanted at least one numeric column.`,
    )
  }
  // River cuts along features in the order of their names.
  numeric.sort((a, b) => (columns[a].name < columns[b].name ? -1 : 1))
  const width = numeric.length
  const nodes = 2 ** (height + 1) - 1
  const { dimensions, thresholds }: HalfSpaces = growHalfSpaces(
    createPythonRandom(seed),
    trees,
    height,
    width,
  )
  let updates = input ? input.f64() : 0
  /** Masses of the running window and of the last full one. */
  const running = input ? input.f64s(trees * nodes) : new Float64Array(trees * nodes)
  const last = input ? input.f64s(trees * nodes) : new Float64Array(trees * nodes)
  const lowest = input ? input.f64s(width) : new Float64Array(width).fill(Infinity)
  const highest = input ? input.f64s(width) : new Float64Array(width).fill(-Infinity)
  const x = new Float64Array(width)

  function read(row: Row): void {
    for (let i = 0; i < width; i++) {
      const value = row[numeric[i]]
      if (value - value !== 0) x[i] = Number.NaN
      else if (scaling === 'none') x[i] = value
      else x[i] = highest[i] > lowest[i] ? (value - lowest[i]) / (highest[i] - lowest[i]) : 0
    }
  }

  /** The child of `node` where x lies, or the heavier one in the running window. */
  function childOf(root: number, node: number): number {
    const left = 2 * node + 1
    const value = x[dimensions[root + node]]
    if (value < thresholds[root + node]) return left
    if (value >= thresholds[root + node]) return left + 1
    return running[root + left] < running[root + left + 1] ? left + 1 : left
  }

  function scoreOf(root: number): number {
    let node = 0
    let score = 0
    for (let depth = 0; ; depth++) {
      const mass = last[root + node]
      score += mass * 2 ** depth
      if (depth === height || mass < LEAST_SHARE * window) return score
      node = childOf(root, node)
    }
  }

  return {
    name: NAME,
    task: 'classification',
    parameters,
    get updates() {
      return updates
    },
    predict(row) {
      if (updates < window) return 0
      read(row)
      let score = 0
      for (let tree = 0; tree < trees; tree++) score += scoreOf(tree * nodes)
      return 1 - Math.min(1, score / (trees * window * nodes))
    },
    learn(row) {
      updates++
      for (let i = 0; i < width; i++) {
        const value = row[numeric[i]]
        if (value < lowest[i] && value > -Infinity) lowest[i] = value
        if (value > highest[i] && value < Infinity) highest[i] = value
      }
      read(row)
      for (let root = 0; root < trees * nodes; root += nodes) {
        let node = 0
        for (let depth = 0; depth < height; depth++) {
          running[root + node]++
          node = childOf(root, node)
        }
        running[root + node]++
      }
      if (updates % window !== 0) return
      last.set(running)
      running.fill(0)
    },
    sizeBytes: () => trees * nodes * 28 + 24 * width,
    save(out) {
      out.str(NAME)
      saveParameters(out, PARAMETERS, parameters)
      out.f64(seed)
      out.f64(updates)
      out.f64s(running)
      out.f64s(last)
      out.f64s(lowest)
      out.f64s(highest)
    },
  }
}
