import type { Random } from '../../math/random.ts'
import type { BinnedColumns } from './bin-columns.ts'
import type { BoostingParams } from './boosting-parameters.ts'
import type { BoostingShared } from './boosting-shared.ts'
import type { SplitTeam } from './boosting-threads.ts'
import { type OpenNode, createTreeGrower } from './grow-tree.ts'
import type { Objective } from './objective.ts'
import { createSlotTree } from './slot-tree.ts'
import type { TreeLog } from './tree-log.ts'
import type { ValidationWatch } from './watch-validation.ts'

/** The trees of one iteration, one for each output. */
export interface TreeAdder {
  /** Grows them from what is still wrong, adds them to all scores, and returns the loss on the training part. */
  add(watch: ValidationWatch | null): number
}

interface Settings {
  readonly shared: BoostingShared
  readonly team: SplitTeam
  readonly binned: BinnedColumns
  readonly params: BoostingParams
  readonly objective: Objective
  readonly log: TreeLog
  readonly random: Random
}

export function createTreeAdder({
  shared,
  team,
  binned,
  params,
  objective,
  log,
  random,
}: Settings): TreeAdder {
  const { rows, order, active, bins } = shared
  const { learningRate, l2, subsample, columnSample } = params
  const { outputs, start } = objective
  const leaves = Math.min(params.leaves, 2 ** params.depth)
  const grow = createTreeGrower({ ...params, leaves, shared, team, binned })
  const tree = createSlotTree(leaves)
  const isSampled = subsample < 1 ? new Uint8Array(rows) : null
  const scores = new Float64Array(rows * outputs)
  const gradient = new Float64Array(rows * outputs)
  const hessian = new Float64Array(rows * outputs)
  for (let output = 0; output < outputs; output++) {
    scores.fill(start[output], output * rows, (output + 1) * rows)
  }
  objective.gradients(scores, gradient, hessian)

  return {
    add(watch) {
      for (let output = 0; output < outputs; output++) {
        const first = log.nodes
        const from = output * rows
        const found = grow({
          gradient: gradient.subarray(from, from + rows),
          hessian: hessian.subarray(from, from + rows),
          count: drawRows(),
          features: drawColumns(),
          tree,
          log,
        })
        const own = scores.subarray(from, from + rows)
        for (const leaf of found) settle(leaf, first, own)
        if (isSampled) {
          tree.addTo(own, {
            bins,
            rows,
            featureStride: rows,
            rowStride: 1,
            offset: 0,
            scoreStride: 1,
            except: isSampled,
          })
        }
        watch?.add(tree, output)
      }
      return objective.gradients(scores, gradient, hessian)
    },
  }

  function settle(leaf: OpenNode, first: number, own: Float64Array): void {
    const { node, from, to } = leaf
    const step = objective.leafStep
      ? objective.leafStep(order, from, to, own)
      : -leaf.gradient / (leaf.hessian + l2)
    // Rows without weight have no say: 0 / 0 where l2 is 0.
    const value = Number.isFinite(step) ? learningRate * step : 0
    tree.setValue(node, value)
    log.setValue(first + node, value)
    for (let i = from; i < to; i++) own[order[i]] += value
  }

  /** Puts the rows of the next tree into `order`, ascending, and returns how many there are. */
  function drawRows(): number {
    if (!isSampled) {
      for (let row = 0; row < rows; row++) order[row] = row
      return rows
    }
    let count = 0
    for (let row = 0; row < rows; row++) {
      isSampled[row] = random.next() < subsample ? 1 : 0
      if (isSampled[row]) order[count++] = row
    }
    return count
  }

  function drawColumns(): number {
    const { useful } = binned
    const wanted = Math.max(1, Math.round(columnSample * useful.length))
    const drawn = [...useful]
    for (let i = 0; i < wanted && wanted < drawn.length; i++) {
      const j = i + random.below(drawn.length - i)
      const kept = drawn[i]
      drawn[i] = drawn[j]
      drawn[j] = kept
    }
    active.set(drawn.slice(0, wanted).sort((a, b) => a - b))
    return wanted
  }
}
