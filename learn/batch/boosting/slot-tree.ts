/**
 * One tree over slots: for each inner node and slot of its feature whether the row goes right. Walking it has no branch but the last,
 * which is what makes it faster than comparing; numbers, missing values and sets are all alike to it. Node 0 is the root.
 */
export interface SlotTree {
  /** Makes it a tree of one leaf. */
  clear(): void
  /** Makes a leaf an inner node over leaves `left` and `left + 1`; slots 0 to `slot` go left, and `missing` if it is to. */
  splitAt(
    node: number,
    feature: number,
    left: number,
    slot: number,
    missing: number,
    missingLeft: number,
  ): void
  /** The same where the slots whose bits are set go left. */
  splitSet(
    node: number,
    feature: number,
    left: number,
    sets: Int32Array | Uint32Array,
    from: number,
    words: number,
  ): void
  /** 1 for each slot of a node that goes right: 256 entries. */
  goes(node: number): Uint8Array
  setValue(node: number, value: number): void
  /** Adds the value of each row's leaf to its score. */
  addTo(scores: Float64Array, rows: SlotRows): void
}

/** The slot of a row's feature is `bins[feature * featureStride + row * rowStride]`, its score `scores[offset + row * scoreStride]`. */
export interface SlotRows {
  readonly bins: Uint8Array
  readonly rows: number
  readonly featureStride: number
  readonly rowStride: number
  readonly offset: number
  readonly scoreStride: number
  /** Rows to leave alone are 1; null for none. */
  readonly except: Uint8Array | null
}

/** Trees of at most this height are walked to it by every row. */
const STEADY = 8

/** For trees of at most `leaves` leaves. */
export function createSlotTree(leaves: number): SlotTree {
  const nodes = 2 * leaves - 1
  const features = new Int32Array(nodes)
  const lefts = new Int32Array(nodes)
  const values = new Float64Array(nodes)
  const depths = new Int32Array(nodes)
  const table = new Uint8Array(nodes * 256)
  let height = 0

  return {
    clear() {
      height = 0
      setLeaf(0, 0)
      values[0] = 0
    },
    splitAt(node, feature, left, slot, missing, missingLeft) {
      split(node, feature, left)
      const at = node * 256
      table.fill(0, at, at + slot + 1)
      table.fill(1, at + slot + 1, at + 256)
      table[at + missing] = missingLeft ? 0 : 1
    },
    splitSet(node, feature, left, sets, from, words) {
      split(node, feature, left)
      const at = node * 256
      table.fill(1, at, at + 256)
      for (let slot = 0; slot < 32 * words; slot++) {
        if ((sets[from + (slot >>> 5)] >>> (slot & 31)) & 1) table[at + slot] = 0
      }
    },
    goes: node => table.subarray(node * 256, node * 256 + 256),
    setValue(node, value) {
      values[node] = value
    },
    addTo(scores, rows) {
      if (rows.except === null && height <= STEADY) addSteadily(scores, rows)
      else addSingly(scores, rows)
    },
  }

  /** Four rows side by side, all as many steps as the deepest leaf needs: nothing to mispredict, and loads of one row overlap with another's. */
  function addSteadily(scores: Float64Array, place: SlotRows): void {
    const { bins, rows, featureStride, rowStride, offset, scoreStride } = place
    const steps = height
    const last = rows - 3
    let row = 0
    for (; row < last; row += 4) {
      const at = row * rowStride
      let a = 0
      let b = 0
      let c = 0
      let d = 0
      for (let step = 0; step < steps; step++) {
        a = lefts[a] + table[(a << 8) + bins[features[a] * featureStride + at]]
        b = lefts[b] + table[(b << 8) + bins[features[b] * featureStride + at + rowStride]]
        c = lefts[c] + table[(c << 8) + bins[features[c] * featureStride + at + 2 * rowStride]]
        d = lefts[d] + table[(d << 8) + bins[features[d] * featureStride + at + 3 * rowStride]]
      }
      const to = offset + row * scoreStride
      scores[to] += values[a]
      scores[to + scoreStride] += values[b]
      scores[to + 2 * scoreStride] += values[c]
      scores[to + 3 * scoreStride] += values[d]
    }
    for (; row < rows; row++) scores[offset + row * scoreStride] += values[leafOf(place, row)]
  }

  function addSingly(scores: Float64Array, place: SlotRows): void {
    const { rows, offset, scoreStride, except } = place
    for (let row = 0; row < rows; row++) {
      if (except !== null && except[row] === 1) continue
      scores[offset + row * scoreStride] += values[leafOf(place, row)]
    }
  }

  function leafOf({ bins, featureStride, rowStride }: SlotRows, row: number): number {
    const at = row * rowStride
    let node = 0
    for (let left = lefts[0]; left !== node; left = lefts[node]) {
      node = left + table[(node << 8) + bins[features[node] * featureStride + at]]
    }
    return node
  }

  function split(node: number, feature: number, left: number): void {
    features[node] = feature
    lefts[node] = left
    const depth = depths[node] + 1
    if (depth > height) height = depth
    for (let child = left; child <= left + 1; child++) setLeaf(child, depth)
  }

  /** A leaf leads to itself, so that walking on is harmless. */
  function setLeaf(node: number, depth: number): void {
    lefts[node] = node
    features[node] = 0
    depths[node] = depth
    table.fill(0, node * 256, node * 256 + 256)
  }
}
