import type { TreeSettings } from './tree-settings.ts'

/**
 * Class weights of the branches that a split would make, filled in place. `classes[0..classCount)` are the classes in the
 * order in which sums are taken; an absent class has weight 0 and is not `has`.
 */
export interface Branches {
  /** Room per branch. */
  width: number
  count: number
  weights: Float64Array
  has: Uint8Array
  classes: Int32Array
  classCount: number
}

export function createBranches(): Branches {
  return {
    width: 0,
    count: 0,
    weights: new Float64Array(8),
    has: new Uint8Array(8),
    classes: new Int32Array(2),
    classCount: 0,
  }
}

/** Makes room for `count` branches of `width` classes and empties it. */
export function clearBranches(branches: Branches, count: number, width: number): void {
  const size = count * width
  if (branches.weights.length < size) {
    branches.weights = new Float64Array(2 * size)
    branches.has = new Uint8Array(2 * size)
  }
  if (branches.classes.length < width) branches.classes = new Int32Array(width)
  branches.weights.fill(0, 0, size)
  branches.has.fill(0, 0, size)
  branches.count = count
  branches.width = width
  branches.classCount = 0
}

/** Merit of a split, -Infinity unless two branches have enough of the weight. `before` is the merit of not splitting. */
export function splitMerit(branches: Branches, settings: TreeSettings, before: number): number {
  if (branchesAbove(branches, settings.minBranchFraction) < 2) return -Infinity
  if (settings.criterion === 'hellinger') return hellinger(branches)
  return settings.criterion === 'gini' ? 1 - weightedGini(branches) : before - weightedEntropy(branches)
}

/** Entropy in bits of the weights of `count` classes at `from + order[..]`. */
export function entropy(
  weights: Float64Array,
  from: number,
  order: Int32Array,
  orderFrom: number,
  count: number,
): number {
  let bits = 0
  let sum = 0
  for (let i = 0; i < count; i++) {
    const weight = weights[from + order[orderFrom + i]]
    if (weight > 0) {
      bits -= weight * Math.log2(weight)
      sum += weight
    }
  }
  return sum > 0 ? (bits + sum * Math.log2(sum)) / sum : 0
}

/** Gini impurity of the weights of `count` classes. */
export function gini(
  weights: Float64Array,
  from: number,
  order: Int32Array,
  orderFrom: number,
  count: number,
): number {
  let sum = 0
  for (let i = 0; i < count; i++) sum += weights[from + order[orderFrom + i]]
  let impurity = 1
  if (sum === 0) return impurity
  for (let i = 0; i < count; i++) {
    const share = weights[from + order[orderFrom + i]] / sum
    impurity -= share * share
  }
  return impurity
}

function weightOf({ weights, width, classes, classCount }: Branches, branch: number): number {
  let sum = 0
  for (let i = 0; i < classCount; i++) sum += weights[branch * width + classes[i]]
  return sum
}

function branchesAbove(branches: Branches, fraction: number): number {
  const { count } = branches
  let total = 0
  for (let b = 0; b < count; b++) total += weightOf(branches, b)
  if (!(total > 0)) return 0
  let above = 0
  for (let b = 0; b < count; b++) if (weightOf(branches, b) / total > fraction) above++
  return above
}

function weightedEntropy(branches: Branches): number {
  const { count, weights, width, classes, classCount } = branches
  let total = 0
  let sum = 0
  for (let b = 0; b < count; b++) {
    const weight = weightOf(branches, b)
    total += weight
    sum += weight * entropy(weights, b * width, classes, 0, classCount)
  }
  return sum / total
}

function weightedGini(branches: Branches): number {
  const { count, weights, width, classes, classCount } = branches
  let total = 0
  for (let b = 0; b < count; b++) total += weightOf(branches, b)
  let sum = 0
  for (let b = 0; b < count; b++) {
    sum += (weightOf(branches, b) / total) * gini(weights, b * width, classes, 0, classCount)
  }
  return sum
}

/** Distance between classes 0 and 1 over the first two branches (Cieslak et al. 2012); 0 when one misses a class. */
function hellinger({ weights, has, width }: Branches): number {
  if (width < 2 || !has[0] || !has[1] || !has[width] || !has[width + 1]) return 0
  const negative = weights[0] + weights[width]
  const positive = weights[1] + weights[width + 1]
  if (!(negative > 0 && positive > 0)) return 0
  const left = Math.sqrt(weights[0] / negative) - Math.sqrt(weights[1] / positive)
  const right = Math.sqrt(weights[width] / negative) - Math.sqrt(weights[width + 1] / positive)
  return Math.sqrt(left * left + right * right)
}
