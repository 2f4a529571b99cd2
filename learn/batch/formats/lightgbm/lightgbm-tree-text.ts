import type { TreeEnsemble } from '../../trees/tree-ensemble.ts'

const CATEGORICAL = 1
const MISSING_IS_ZERO = 1 << 2
const MISSING_IS_NAN = 2 << 2
const DEFAULT_LEFT = 2

/** One `Tree=` block of a LightGBM model file. A tree beyond the last is a single leaf with the bias of its output. */
export function lightgbmTreeText(ensemble: TreeEnsemble, tree: number, zeroIsMissing?: Uint8Array): string {
  const { outputs, bias, treeStart, feature, threshold, missingLeft, setStart, setWords, categorySets } =
    ensemble
  const { left, right, value, cover, gain } = ensemble
  const first = treeStart[tree] ?? 0
  const end = treeStart[tree + 1] ?? first
  const base = tree < outputs ? bias[tree] : 0
  const inner: number[] = []
  const leaves: number[] = []
  const place = new Map<number, number>()
  for (let node = first; node < end; node++) {
    const list = feature[node] < 0 ? leaves : inner
    place.set(node, feature[node] < 0 ? ~leaves.length : inner.length)
    list.push(node)
  }
  const counts = countsOf()
  const words: number[] = []
  const boundaries = [0]
  const written = new Map<string, string>()
  const thresholds = inner.map(node => {
    if (setStart[node] < 0) return numberText(threshold[node])
    // Nodes may share a set: so the text stays as small as the file that the trees came from.
    const key = `${setStart[node]} ${setWords[node]}`
    const before = written.get(key)
    if (before !== undefined) return before
    for (let word = 0; word < setWords[node]; word++) words.push(categorySets[setStart[node] + word])
    const index = String(boundaries.push(words.length) - 2)
    written.set(key, index)
    return index
  })
  const lines = [
    `num_leaves=${Math.max(leaves.length, 1)}`,
    `num_cat=${boundaries.length - 1}`,
    `split_feature=${inner.map(node => feature[node]).join(' ')}`,
    `split_gain=${inner.map(node => numberText(gain[node])).join(' ')}`,
    `threshold=${thresholds.join(' ')}`,
    `decision_type=${inner.map(decisionOf).join(' ')}`,
    `left_child=${inner.map(node => place.get(left[node])).join(' ')}`,
    `right_child=${inner.map(node => place.get(right[node])).join(' ')}`,
    `leaf_value=${leaves.length > 0 ? leaves.map(node => numberText(base + value[node])).join(' ') : numberText(base)}`,
    `leaf_weight=${leaves.map(node => counts[node - first]).join(' ')}`,
    `leaf_count=${leaves.map(node => counts[node - first]).join(' ')}`,
    `internal_value=${inner.map(node => numberText(base + value[node])).join(' ')}`,
    `internal_weight=${inner.map(node => counts[node - first]).join(' ')}`,
    `internal_count=${inner.map(node => counts[node - first]).join(' ')}`,
    ...(boundaries.length > 1
      ? [`cat_boundaries=${boundaries.join(' ')}`, `cat_threshold=${words.join(' ')}`]
      : []),
    'is_linear=0',
    'shrinkage=1',
  ]
  return `Tree=${tree}\n${lines.join('\n')}\n\n\n`

  function decisionOf(node: number): number {
    if (setStart[node] >= 0) return CATEGORICAL
    const missing = zeroIsMissing?.[feature[node]] ? MISSING_IS_ZERO : MISSING_IS_NAN
    return missing | (missingLeft[node] ? DEFAULT_LEFT : 0)
  }

  /** Whole rows: at least one a leaf, since LightGBM divides by them, and sums above. */
  function countsOf(): Float64Array {
    const counted = new Float64Array(end - first)
    for (let node = end - 1; node >= first; node--) {
      counted[node - first] =
        feature[node] < 0
          ? Math.max(1, Math.round(cover[node]))
          : counted[left[node] - first] + counted[right[node] - first]
    }
    return counted
  }
}

/** The shortest text that reads back as the same number; -0 keeps its sign. */
function numberText(value: number): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? '-0' : String(value)
  return value > 0 ? 'inf' : '-inf'
}
