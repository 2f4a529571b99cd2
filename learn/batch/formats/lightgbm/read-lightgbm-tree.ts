import type { LightgbmBlock } from './lightgbm-text.ts'
import type { CategorySet, TreeNodes } from '../tree-nodes.ts'

const MOST_LEAVES = 1 << 22
const CATEGORICAL = 1
const DEFAULT_LEFT = 2
const MISSING_ZERO = 1
const MISSING_NAN = 2

/** Adds one tree of a model file to `nodes`, parents before their children. */
export function readLightgbmTree(block: LightgbmBlock, features: number, nodes: TreeNodes): void {
  const leaves = block.count('num_leaves', 1, MOST_LEAVES)
  if (block.has('is_linear') && block.text('is_linear') !== '0')
    block.fail('linear trees (is_linear) are not read')
  const splits = leaves - 1
  const leafValue = block.numbers('leaf_value', leaves)
  nodes.beginTree()
  if (splits === 0) {
    nodes.add(leafOf(0, leafValue[0], 1))
    return
  }
  const feature = block.integers('split_feature', splits, 0, features - 1)
  const threshold = block.numbers('threshold', splits)
  const decision = block.integers('decision_type', splits, 0, 15)
  const left = block.integers('left_child', splits, -leaves, splits - 1)
  const right = block.integers('right_child', splits, -leaves, splits - 1)
  const gain = block.has('split_gain') ? block.numbers('split_gain', splits) : new Float64Array(splits)
  const leafCount = block.integers('leaf_count', leaves, 0, 2 ** 52)
  const internalCount = block.integers('internal_count', splits, 0, 2 ** 52)
  const internalValue = block.has('internal_value')
    ? block.numbers('internal_value', splits)
    : new Float64Array(splits)
  const categories = categoriesOf(block, nodes)

  const seen = new Uint8Array(splits + leaves)
  // From the root on, since nothing in the format says that children come after their parents, or only once.
  const waiting: { child: number; parent: number; side: 'left' | 'right' }[] = []
  let current: (typeof waiting)[number] | undefined = { child: 0, parent: -1, side: 'left' }
  for (; current; current = waiting.pop()) {
    const { child, parent, side } = current
    const place = child >= 0 ? child : splits + ~child
    if (seen[place]++) block.fail(`${child >= 0 ? `node ${child}` : `leaf ${~child}`} has two parents`)
    const node = nodes.add(child >= 0 ? splitOf(child) : leafOf(~child, leafValue[~child], leafCount[~child]))
    if (parent >= 0) nodes.setChild(parent, side, node)
    if (child < 0) continue
    waiting.push({ child: right[child], parent: node, side: 'right' })
    waiting.push({ child: left[child], parent: node, side: 'left' })
  }
  if (seen.includes(0))
    block.fail(`${seen.filter(times => times === 0).length} nodes or leaves have no parent`)

  function splitOf(index: number) {
    const bits = decision[index]
    const column = feature[index]
    const isSet = (bits & CATEGORICAL) !== 0
    const missing = (bits >> 2) & 3
    if (missing === 3) block.fail(`node ${index} has the missing type 3, wanted 0 to 2`)
    const use = isSet ? 'categorical' : missing === MISSING_ZERO ? 'zeroIsMissing' : 'zeroIsValue'
    if (!nodes.use(column, use)) block.fail(`feature ${column} is split in two ways, one of them ${use}`)
    // Without a missing type LightGBM takes NaN for zero.
    const defaultLeft = (bits & DEFAULT_LEFT) !== 0
    const missingLeft =
      missing === MISSING_ZERO || missing === MISSING_NAN ? defaultLeft : threshold[index] >= 0
    return {
      feature: column,
      threshold: isSet ? 0 : threshold[index],
      missingLeft: !isSet && missingLeft,
      set: isSet ? categories(threshold[index], index) : null,
      value: internalValue[index],
      cover: internalCount[index],
      gain: gain[index],
      leafIndex: -1,
    }
  }
}

function leafOf(leafIndex: number, value: number, cover: number) {
  return { feature: -1, threshold: 0, missingLeft: false, set: null, value, cover, gain: 0, leafIndex }
}

/**
 * The bit set that a categorical split names by its threshold. A set is added once, however many splits name it, and sets share no words:
 * so there are never more words than in the file.
 */
function categoriesOf(block: LightgbmBlock, nodes: TreeNodes): (set: number, node: number) => CategorySet {
  const sets = block.count('num_cat', 0, MOST_LEAVES)
  if (sets === 0) return (_, node) => block.fail(`node ${node} is categorical, but num_cat is 0`)
  const most = 2 ** 26
  const boundaries = block.integers('cat_boundaries', sets + 1, 0, most)
  for (let set = 0; set < sets; set++) {
    if (boundaries[set] > boundaries[set + 1])
      block.fail(`set ${set} goes from word ${boundaries[set]} to ${boundaries[set + 1]}`)
  }
  const words = block.integers('cat_threshold', boundaries[sets], 0, 2 ** 32 - 1)
  const added = new Map<number, CategorySet>()
  return (set, node) => {
    if (!Number.isInteger(set) || set < 0 || set >= sets)
      block.fail(`node ${node} names set ${set} of ${sets}`)
    const place = added.get(set) ?? nodes.addSet(words.subarray(boundaries[set], boundaries[set + 1]))
    added.set(set, place)
    return place
  }
}
